/** Reads and writes PNG pictures. Loading it loads the drawing library. */
import "../charts/png/own_fonts_only.ts";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { FormatError } from "../../core/errors.ts";
import type { Picture } from "./ink.ts";

const SIGNATURE = "89 50 4e 47 0d 0a 1a 0a";
/** Signature, length and name of the first chunk, then width and height. */
const WIDTH_AT = 16;
const HEADER_BYTES = 24;
/** 40 million pixels take 160 MB while they are read. */
const MAX_PIXELS = 40_000_000;

/**
 * Reads a PNG; `label` names it in errors.
 * @throws FormatError if it is not a PNG, is damaged, or has too many pixels.
 */
export async function readPng(bytes: Uint8Array<ArrayBuffer>, label: string): Promise<Picture> {
  const found = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (bytes.length < HEADER_BYTES || found !== SIGNATURE) {
    const start = `expected a PNG picture, which starts with ${SIGNATURE}, found ${found || "an empty file"}`;
    throw new FormatError(`${label}: ${start}. Save the picture as PNG.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [width, height] = [view.getUint32(WIDTH_AT), view.getUint32(WIDTH_AT + 4)];
  if (width * height > MAX_PIXELS) {
    const most = `${MAX_PIXELS / 1e6} million pixels`;
    throw new FormatError(`${label}: expected at most ${most}, found ${width} × ${height}. Make the picture smaller.`);
  }
  const image = await loadImage(bytes).catch(() => null);
  if (image === null || image.width !== width || image.height !== height) {
    throw new FormatError(`${label}: the PNG picture is damaged and cannot be read. Save it again.`);
  }
  const context = createCanvas(width, height).getContext("2d");
  context.drawImage(image, 0, 0);
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
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
