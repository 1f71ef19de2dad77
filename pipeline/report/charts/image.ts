/**
 * Grey images on a chart's canvas, every pixel a sharp square.
 */
import type { Context } from "./canvas.ts";
import { SURFACE } from "./theme.ts";

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

/** Draws an image in the middle of the square at (`left`, `top`), in a thin frame; missing and NaN values are black. */
export function drawImage(context: Context, pixels: Pixels, size: Size, left: number, top: number, side: number): void {
  const shape = imageShape(size, pixels.length);
  const shown = displaySize(shape, side);
  const x0 = Math.round(left + (side - shown.width) / 2);
  const y0 = Math.round(top + (side - shown.height) / 2);
  // Its data is a Uint8ClampedArray: it rounds, clamps to 0..255 and turns NaN and undefined into 0.
  const image = context.createImageData(shown.width, shown.height);
  for (let y = 0; y < shown.height; y++) {
    const row = Math.floor((y * shape.height) / shown.height) * shape.width;
    for (let x = 0; x < shown.width; x++) {
      const grey = pixels[row + Math.floor((x * shape.width) / shown.width)];
      image.data.set([grey, grey, grey, 255], (y * shown.width + x) * 4);
    }
  }
  context.fillStyle = SURFACE.frame;
  context.fillRect(x0 - 1, y0 - 1, shown.width + 2, shown.height + 2);
  context.putImageData(image, x0, y0);
}
