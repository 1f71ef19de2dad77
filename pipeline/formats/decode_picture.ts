/** Pictures of a dataset as arrays: grey `[H, W]`, or RGB `[3, H, W]` as in PyTorch. Loaded on demand. */
import { FormatError } from "../../core/errors.ts";
import type { Picture } from "./picture.ts";
import { decodePng, isPng } from "./png.ts";
import type { TarEntry } from "./tar.ts";

/** Far more than a picture of the largest size takes. */
const MAX_FILE_BYTES = 1 << 28;

/** Reads a picture; `label` names it in messages. @throws FormatError if it has transparent pixels or 16 bits, too. */
export async function decodePicture(file: Pick<TarEntry, "size" | "bytes">, label: string) {
  if (file.size > MAX_FILE_BYTES) throw new FormatError(`${label}: expected a picture, but found ${file.size} bytes.`);
  const { width, height, rgba, isGrey, bitDepth } = await readPicture(await file.bytes(), label);
  if (bitDepth > 8) {
    throw new FormatError(`${label}: expected 8 bits per sample, but found ${bitDepth}. Save the picture with 8.`);
  }
  const pixels = width * height;
  for (let i = 0; i < pixels; i++) {
    if (rgba[4 * i + 3] === 255) continue;
    throw new FormatError(`${label}: expected no transparent pixels, but found some. Put the picture on a background.`);
  }
  const channels = isGrey ? 1 : 3;
  const planes = new Uint8Array(channels * pixels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < pixels; i++) planes[c * pixels + i] = rgba[4 * i + c];
  }
  return { shape: isGrey ? [height, width] : [3, height, width], pixels: planes };
}

/** Reads a PNG or JPEG picture, of whatever kind; `label` names it in messages. @throws FormatError if it is damaged. */
export async function readPicture(bytes: Uint8Array, label: string): Promise<Picture> {
  if (isPng(bytes)) return decodePng(bytes, label);
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) {
    const found = bytes.length === 0 ? "an empty file" : "neither";
    throw new FormatError(`${label}: expected a PNG or JPEG picture, but found ${found}.`);
  }
  const { decodeJpeg } = await import("./jpeg.ts");
  return await decodeJpeg(bytes, label);
}
