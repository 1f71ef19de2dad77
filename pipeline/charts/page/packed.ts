/** Images as text in a page. Images of digits are mostly background, so runs of zeros are stored as their length. */
import { type Images, type Pixels, type Size, valuesIn } from "../marks.ts";

/** Images, all of one size: bytes packed by `packZeros`, in base64. */
export interface PackedImages extends Size {
  /** What bytes are: grey values, red, green and blue, or signed numbers: 128 is 0, 1 and 255 are the scale's ends. */
  readonly colours: "grey" | "rgb" | "signed";
  readonly images: readonly string[];
}

/** Packs images: the first ones that fit into `mostLetters` characters. */
export function packImages(
  images: readonly Pixels[],
  size: Size,
  colours: Images["colours"],
  mostLetters: number,
): PackedImages {
  const byteOf = typeof colours === "string"
    ? (value: number) => Math.round(Math.min(255, Math.max(0, value)))
    : (value: number) => 128 + Math.round(127 * Math.min(1, Math.max(-1, value / colours.limit)) || 0);
  const packed: string[] = [];
  let letters = 0;
  for (const pixels of images) {
    const text = packZeros(Uint8Array.from(pixels, byteOf)).toBase64();
    letters += text.length;
    if (letters > mostLetters) break;
    packed.push(text);
  }
  return { ...size, colours: typeof colours === "string" ? colours : "signed", images: packed };
}

/** The bytes of an image. */
export function unpackImage(packed: PackedImages, index: number): Uint8Array {
  const colours = packed.colours === "rgb" ? "rgb" : "grey";
  return unpackZeros(fromBase64(packed.images[index]), valuesIn({ size: packed, colours }));
}

/** Writes every run of 1 to 255 zeros as a zero and its length; other bytes as they are. */
export function packZeros(bytes: Uint8Array): Uint8Array {
  const packed: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    packed.push(bytes[i]);
    if (bytes[i] !== 0) continue;
    let run = 1;
    while (run < 255 && bytes[i + run] === 0) run++;
    packed.push(run);
    i += run - 1;
  }
  return Uint8Array.from(packed);
}

/** Reads what `packZeros` wrote. */
export function unpackZeros(packed: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < packed.length; i++) {
    if (packed[i] === 0) at += packed[++i];
    else bytes[at++] = packed[i];
  }
  return bytes;
}

/** Decodes base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
