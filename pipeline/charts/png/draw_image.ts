/** Images and colour scales on a picture's canvas. */
import "./own_fonts_only.ts";
import { createCanvas } from "@napi-rs/canvas";
import { displaySize } from "../image_layout.ts";
import { cssOf, type Paint, type Rgb } from "../paint.ts";
import type { Pixels, Size } from "../marks.ts";
import { SURFACE } from "../theme.ts";
import type { Context } from "./canvas.ts";

/** A rectangle in pixels. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Draws an image, in a thin frame, as large as it fits into the middle of the box, every pixel a sharp square. */
export function drawImage(context: Context, pixels: Pixels, size: Size, paint: Paint, box: Box): void {
  const { width, height } = displaySize(size, box);
  const left = Math.round(box.left + (box.width - width) / 2);
  const top = Math.round(box.top + (box.height - height) / 2);
  const source = createCanvas(size.width, size.height);
  const target = source.getContext("2d");
  const image = target.createImageData(size.width, size.height);
  for (let i = 0; i < size.width * size.height; i++) image.data.set([...paint(pixels, i), 255], 4 * i);
  target.putImageData(image, 0, 0);
  context.fillStyle = SURFACE.frame;
  context.fillRect(left - 1, top - 1, width + 2, height + 2);
  context.imageSmoothingEnabled = false;
  context.drawImage(source, left, top, width, height);
}

/** Fills a framed box with colours at equal distances, from left to right or, if it is taller than wide, upwards. */
export function drawRamp(context: Context, { left, top, width, height }: Box, stops: readonly Rgb[]): void {
  const [right, end] = width > height ? [left + width, top + height] : [left, top];
  const gradient = context.createLinearGradient(left, top + height, right, end);
  stops.forEach((stop, i) => gradient.addColorStop(i / (stops.length - 1), cssOf(stop)));
  context.fillStyle = gradient;
  context.fillRect(left, top, width, height);
  context.strokeStyle = SURFACE.frame;
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
}
