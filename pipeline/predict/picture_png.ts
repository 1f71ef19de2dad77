/** Writes PNG pictures of digits. */
import { encodePng } from "../charts/png/png_encoder.ts";

/** Writes a grey image, one byte a pixel in rows, as a PNG. */
export function writePng(grey: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array(4 * grey.length);
  grey.forEach((value, i) => rgba.set([value, value, value, 255], 4 * i));
  return encodePng(rgba, width, grey.length / width);
}
