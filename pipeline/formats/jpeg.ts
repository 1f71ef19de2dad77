/**
 * Reads JPEG pictures with libjpeg-turbo, compiled to JavaScript: the bytes are those that Pillow gives, on every machine.
 * Loading it takes a fifth of a second.
 */
import codecs from "@cornerstonejs/codec-libjpeg-turbo-8bit/decode";
import { FormatError } from "../../core/errors.ts";
import { type Picture, sizeProblem } from "./picture.ts";

/** What is used of the decoder. */
interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  readHeader(): void;
  getFrameInfo(): { width: number; height: number; componentCount: number };
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}

/** The library with its own memory. Damaged pictures leave it in a state that nobody knows: then another is made. */
let codec: Promise<{ JPEGDecoder: new () => Decoder }> | null = null;

/** Reads a JPEG, which errors call `label`. @throws FormatError if it is damaged, no grey or RGB, or too large. */
export async function decodeJpeg(bytes: Uint8Array, label: string): Promise<Picture> {
  if (componentsOf(bytes) === 4) {
    throw new FormatError(`${label}: expected a picture in grey or RGB, but found CMYK. Convert the picture to RGB.`);
  }
  const { JPEGDecoder } = await (codec ??= codecs());
  try {
    const decoder = new JPEGDecoder();
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.readHeader();
    const { width, height } = decoder.getFrameInfo();
    const problem = sizeProblem(width, height);
    if (problem !== null) throw new FormatError(`${label}: ${problem}`);
    decoder.decode();
    const { componentCount } = decoder.getFrameInfo();
    const rgba = withOpacity(decoder.getDecodedBuffer(), width * height, componentCount);
    decoder.delete();
    return { width, height, rgba, isGrey: componentCount === 1, bitDepth: 8 };
  } catch (error) {
    codec = null;
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${label}: the JPEG picture is damaged, or neither grey nor RGB. Save it again.`);
  }
}

/** How many numbers a pixel has, as the header of the frame says; undefined if there is none where it should be. */
function componentsOf(bytes: Uint8Array): number | undefined {
  for (let at = 2; bytes[at] === 0xff; at += 2 + 256 * bytes[at + 2] + bytes[at + 3]) {
    if (bytes[at + 1] >= 0xc0 && bytes[at + 1] <= 0xc2) return bytes[at + 9];
  }
}

function withOpacity(samples: Uint8Array, pixels: number, channels: number): Uint8Array {
  const rgba = new Uint8Array(4 * pixels).fill(255);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = samples[channels * i + c % channels];
  }
  return rgba;
}
