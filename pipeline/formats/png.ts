/** Reads PNG pictures, all kinds of them. The format: https://www.w3.org/TR/png-3/ */
import { FormatError } from "../../core/errors.ts";
import { type Picture, sizeProblem } from "./picture.ts";
import {
  COLOUR_TYPES,
  Damage,
  GREY,
  GREY_ALPHA,
  inflated,
  PALETTE,
  type PngContent,
  pngContent,
  type PngHeader,
  pngHeader,
  RGB,
  RGB_ALPHA,
  SIGNATURE,
} from "./png_chunks.ts";

/** Of Adam7's passes: the first column and row, and the steps between columns and rows. */
const PASSES = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

/** True if bytes begin as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** Reads a PNG, which errors call `label`. @throws FormatError if it is no PNG, not whole, or has too many pixels. */
export function decodePng(bytes: Uint8Array, label: string): Picture {
  if (!isPng(bytes)) {
    const found = hex(bytes.subarray(0, SIGNATURE.length)) || "an empty file";
    const problem = `expected a PNG picture, which starts with ${hex(SIGNATURE)}, found ${found}`;
    throw new FormatError(`${label}: ${problem}. Save the picture as PNG.`);
  }
  try {
    const header = pngHeader(bytes);
    const problem = sizeProblem(header.width, header.height);
    if (problem !== null) throw new FormatError(`${label}: ${problem}`);
    return pictureOf(pngContent(bytes, header));
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    throw new FormatError(`${label}: the PNG picture is damaged: ${error.message}. Save it again.`);
  }
}

/** The pixels. It takes memory for what the header states. */
function pictureOf(content: PngContent): Picture {
  const { width, height, bitDepth, colourType, packed } = content;
  const passes = passesOf(content);
  const all = inflated(packed, passes.reduce((sum, { rows, rowBytes }) => sum + rows * rowBytes, 0));
  const rgba = new Uint8Array(4 * width * height);
  let start = 0;
  for (const pass of passes) {
    paintPass(rgba, all.subarray(start, start += pass.rows * pass.rowBytes), pass, content);
  }
  return { width, height, rgba, isGrey: colourType === GREY || colourType === GREY_ALPHA, bitDepth };
}

type Pass = ReturnType<typeof passesOf>[number];

/** The size of each pass, where its pixels are, and the bytes of a row with its filter. Not interlaced: one pass. */
function passesOf({ width, height, bitDepth, colourType, interlaced }: PngHeader) {
  const bits = bitDepth * COLOUR_TYPES[colourType].samples;
  return (interlaced ? PASSES : [[0, 0, 1, 1]]).map(([x, y, stepX, stepY]) => {
    const columns = Math.max(0, Math.ceil((width - x) / stepX));
    const rows = columns === 0 ? 0 : Math.max(0, Math.ceil((height - y) / stepY));
    return { x, y, stepX, stepY, columns, rows, rowBytes: 1 + Math.ceil(columns * bits / 8) };
  });
}

/** Puts the pixels of a pass in their places. Its rows are unfiltered where they are. */
function paintPass(rgba: Uint8Array, bytes: Uint8Array, pass: Pass, content: PngContent): void {
  const { width, bitDepth, colourType } = content;
  const { samples } = COLOUR_TYPES[colourType];
  const colourOf = colourReader(content);
  const values = new Uint16Array(pass.columns * samples);
  const distance = Math.max(1, bitDepth * samples / 8);
  let above: Uint8Array = new Uint8Array(pass.rowBytes);
  for (let r = 0; r < pass.rows; r++) {
    const row = bytes.subarray(r * pass.rowBytes, (r + 1) * pass.rowBytes);
    unfilter(row, above, distance);
    readSamples(values, row, bitDepth);
    const first = (pass.y + r * pass.stepY) * width + pass.x;
    for (let c = 0; c < pass.columns; c++) colourOf(values, c * samples, rgba, 4 * (first + c * pass.stepX));
    above = row;
  }
}

/** Undoes the filter of a row whose pixels lie `distance` bytes apart: https://www.w3.org/TR/png-3/#9Filters */
function unfilter(row: Uint8Array, above: Uint8Array, distance: number): void {
  const predict = PREDICTIONS[row[0]];
  if (predict === undefined) throw new Damage(`a row has the filter ${row[0]}, but the last one is 4`);
  if (row[0] === 0) return;
  for (let i = 1; i < row.length; i++) {
    const isFirst = i <= distance;
    row[i] += predict(isFirst ? 0 : row[i - distance], above[i], isFirst ? 0 : above[i - distance]);
  }
}

/** By filter: what a byte is predicted to be from those on the left, above, and above on the left. */
const PREDICTIONS: ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_left, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function readSamples(values: Uint16Array, row: Uint8Array, bits: number): void {
  for (let i = 0; i < values.length; i++) {
    const bit = i * bits;
    if (bits === 8) values[i] = row[1 + i];
    else if (bits === 16) values[i] = row[1 + 2 * i] << 8 | row[2 + 2 * i];
    else values[i] = (row[1 + (bit >> 3)] >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
  }
}

/** What writes the colour of the pixel whose samples begin at `values[i]` to `rgba[at]`. */
function colourReader({ bitDepth, colourType, palette, transparency: [...hidden] }: PngContent) {
  const byteOf = (value: number) => bitDepth === 16 ? value >> 8 : value * (255 / ((1 << bitDepth) - 1));
  const key = [0, 1, 2].map((i) => hidden.length > 2 * i + 1 ? hidden[2 * i] << 8 | hidden[2 * i + 1] : null);
  return (values: Uint16Array, i: number, rgba: Uint8Array, at: number): void => {
    if (colourType === PALETTE) {
      const index = values[i];
      if (3 * index >= palette.length) {
        throw new Damage(`a pixel has the colour ${index} of a palette of ${palette.length / 3}, from 0`);
      }
      for (let c = 0; c < 3; c++) rgba[at + c] = palette[3 * index + c];
      rgba[at + 3] = hidden[index] ?? 255;
      return;
    }
    const isRgb = colourType === RGB || colourType === RGB_ALPHA;
    for (let c = 0; c < 3; c++) rgba[at + c] = byteOf(values[i + (isRgb ? c : 0)]);
    const isKey = isRgb ? key.every((value, c) => value === values[i + c]) : key[0] === values[i];
    rgba[at + 3] = colourType >= GREY_ALPHA ? byteOf(values[i + (isRgb ? 3 : 1)]) : isKey ? 0 : 255;
  };
}

function hex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
