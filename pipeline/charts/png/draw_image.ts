/** Images on a picture's canvas, every pixel a sharp square. */
import { type Paint, shapeOf } from "../paint.ts";
import type { Pixels, Size } from "../marks.ts";
import { SURFACE } from "../theme.ts";
import { type Context, SCALE } from "./canvas.ts";

/** The largest size that keeps the shape and fits into `room`; a whole multiple if the image is smaller. */
export function displaySize(shape: Size, room: Size): Size {
  const scale = Math.min(room.width / shape.width, room.height / shape.height);
  const factor = scale > 1 ? Math.floor(scale) : scale;
  return {
    width: Math.max(1, Math.round(shape.width * factor)),
    height: Math.max(1, Math.round(shape.height * factor)),
  };
}

/** Where an image goes. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Draws an image, in a thin frame, as large as it fits into the middle of the box. */
export function drawImage(context: Context, pixels: Pixels, size: Size, paint: Paint, box: Box): void {
  const shape = shapeOf(size, pixels.length);
  const shown = displaySize(shape, box);
  const x0 = Math.round(box.left + (box.width - shown.width) / 2);
  const y0 = Math.round(box.top + (box.height - shown.height) / 2);
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

/** The colours of all pixels of the shape, as image data; missing values count as 0. */
function coloursOf(pixels: Pixels, shape: Size, paint: Paint): Uint32Array {
  const bytes = new Uint8ClampedArray(shape.width * shape.height * 4);
  for (let i = 0; i < shape.width * shape.height; i++) bytes.set([...paint(pixels[i] ?? 0), 255], 4 * i);
  return new Uint32Array(bytes.buffer);
}

/** Fills a framed box with shades from left to right or, where it is higher than wide, from bottom to top. */
export function drawRamp(
  context: Context,
  { left, top, width, height }: Box,
  shadeOf: (share: number) => string,
): void {
  const steps = Math.max(width, height) * SCALE;
  for (let i = 0; i < steps; i++) {
    context.fillStyle = shadeOf(i / (steps - 1));
    if (width > height) context.fillRect(left + i / SCALE, top, 1 / SCALE, height);
    else context.fillRect(left, top + height - (i + 1) / SCALE, width, 1 / SCALE);
  }
  context.strokeStyle = SURFACE.frame;
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
}
