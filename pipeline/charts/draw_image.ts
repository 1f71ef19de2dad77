/**
 * Grey images on a chart's canvas, every pixel a sharp square.
 */
import { type Context, SCALE } from "./canvas.ts";
import { SURFACE } from "./chart_theme.ts";

/** Grey values from 0 (black) to 255 (white), row by row. */
export type Pixels = Uint8Array | Float32Array;

/** A width and a height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/**
 * The shape in which to show `length` values that should be an image of this size. Values that do not fill it (features
 * that are no image, say) are shown in the smallest near-square that holds them.
 */
export function imageShape(size: Size, length: number): Size {
  if (size.width * size.height === length && length > 0) return size;
  const width = Math.max(1, Math.ceil(Math.sqrt(length)));
  return { width, height: Math.max(1, Math.ceil(length / width)) };
}

/** The largest size that keeps the shape and fits into a square of `side`; a whole multiple if the image is smaller. */
export function displaySize(shape: Size, side: number): Size {
  const scale = side / Math.max(shape.width, shape.height);
  const factor = scale > 1 ? Math.floor(scale) : scale;
  return {
    width: Math.max(1, Math.round(shape.width * factor)),
    height: Math.max(1, Math.round(shape.height * factor)),
  };
}

/** The colour of a value: red, green and blue, 0 to 255. */
export type Paint = (value: number) => readonly [number, number, number];

/** Grey from 0 (black) to 255 (white). Colours are rounded and clamped; NaN and what is missing count as 0. */
const grey: Paint = (value) => [value, value, value];

/** Draws an image in the middle of the square at (`left`, `top`), in a thin frame; missing and NaN values are black. */
export function drawImage(
  context: Context,
  pixels: Pixels,
  size: Size,
  left: number,
  top: number,
  side: number,
  paint: Paint = grey,
): void {
  const shape = imageShape(size, pixels.length);
  const shown = displaySize(shape, side);
  const x0 = Math.round(left + (side - shown.width) / 2);
  const y0 = Math.round(top + (side - shown.height) / 2);
  // Image data goes to the canvas pixel by pixel, past the scale of the layout.
  const [width, height] = [shown.width * SCALE, shown.height * SCALE];
  const image = context.createImageData(width, height);
  const colours = coloursOf(pixels, shape, paint);
  const target = new Uint32Array(image.data.buffer, image.data.byteOffset, width * height);
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor((x * shape.width) / width));
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * shape.height) / height) * shape.width;
    for (let x = 0; x < width; x++) target[y * width + x] = colours[row + columns[x]];
  }
  context.fillStyle = SURFACE.frame;
  context.fillRect(x0 - 1, y0 - 1, shown.width + 2, shown.height + 2);
  context.putImageData(image, x0 * SCALE, y0 * SCALE);
}

/** The colours of all pixels of the shape, those past the last value included, as the four bytes of image data. */
function coloursOf(pixels: Pixels, shape: Size, paint: Paint): Uint32Array {
  const bytes = new Uint8ClampedArray(shape.width * shape.height * 4);
  for (let i = 0; i < shape.width * shape.height; i++) {
    bytes.set(paint(pixels[i]), 4 * i);
    bytes[4 * i + 3] = 255;
  }
  return new Uint32Array(bytes.buffer);
}
