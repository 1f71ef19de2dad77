/** Reads and writes PNG pictures. Loading it loads the drawing library. */
import "../charts/png/own_fonts_only.ts";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { FormatError } from "../../core/errors.ts";
import type { Picture } from "./ink.ts";
import { SIGNATURE } from "../charts/png/png_encoder.ts";
import { checkWhole, Damage, pngHeader } from "./png_check.ts";

/** More than most cameras have. Reading a picture takes 10 to 30 bytes a pixel. */
const MAX_PIXELS = 20_000_000;

/** Reads a PNG, which errors call `label`. @throws FormatError if it is no PNG, not whole, or has too many pixels. */
export async function readPng(bytes: Uint8Array<ArrayBuffer>, label: string): Promise<Picture> {
  const start = bytes.subarray(0, SIGNATURE.length);
  if (hex(start) !== hex(SIGNATURE)) {
    const found = `expected a PNG picture, which starts with ${hex(SIGNATURE)}, found ${hex(start) || "an empty file"}`;
    throw new FormatError(`${label}: ${found}. Save the picture as PNG.`);
  }
  const header = undamaged(label, () => pngHeader(bytes));
  const { width, height } = header;
  if (width * height > MAX_PIXELS) {
    const most = `${MAX_PIXELS / 1e6} million pixels`;
    throw new FormatError(`${label}: expected at most ${most}, found ${width} × ${height}. Make the picture smaller.`);
  }
  undamaged(label, () => checkWhole(bytes, header));
  const image = await loadImage(bytes).catch(() => null);
  if (image === null || image.width !== width || image.height !== height) {
    throw damaged(label, "the drawing library cannot read it");
  }
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const rgba = context.getImageData(0, 0, width, height).data;
  // Frees the memory now: several pictures can follow.
  canvas.width = canvas.height = 0;
  return { width, height, rgba };
}

function undamaged<T>(label: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof Damage ? damaged(label, error.message) : error;
  }
}

function damaged(label: string, problem: string): FormatError {
  return new FormatError(`${label}: the PNG picture is damaged: ${problem}. Save it again.`);
}

function hex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** Writes a grey image, one byte a pixel in rows, as a PNG. */
export function writePng(grey: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const canvas = createCanvas(width, grey.length / width);
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, grey.length / width);
  grey.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  context.putImageData(image, 0, 0);
  return new Uint8Array(canvas.toBuffer("image/png"));
}
