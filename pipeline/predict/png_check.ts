/**
 * Checks that a PNG is whole. The drawing library, like browsers, draws what it can of a damaged picture, and a digit that
 * is half there can be another digit. The format: https://www.w3.org/TR/png-3/
 */
import { crc32, inflateSync } from "node:zlib";
import { SIGNATURE } from "../charts/png/png_encoder.ts";

/** What the header of a PNG states. */
export interface PngHeader {
  width: number;
  height: number;
  bitDepth: number;
  colourType: number;
  interlaced: boolean;
}

/** Signature and header chunk, and of the latter what is around the content. */
const HEADER_END = 33;
const CHUNK_FRAME = 12;
/** By colour type: the bit depths, and the samples of a pixel. */
const COLOUR_TYPES: Record<number, { depths: number[]; samples: number }> = {
  0: { depths: [1, 2, 4, 8, 16], samples: 1 },
  2: { depths: [8, 16], samples: 3 },
  3: { depths: [1, 2, 4, 8], samples: 1 },
  4: { depths: [8, 16], samples: 2 },
  6: { depths: [8, 16], samples: 4 },
};
const PALETTE = 3;
/** Of Adam7's passes: the first column and row, and the steps between columns and rows. */
const PASSES = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
/** The filters of a row: none, sub, up, average, Paeth. */
const LAST_FILTER = 4;

const USES_PALETTE = ["bKGD", "hIST", "tRNS"];
const COLOUR_SPACE = ["cHRM", "cICP", "gAMA", "iCCP", "sBIT", "sRGB"];
/** The chunks that each chunk must not follow; its own name, if there can be only one. */
const NOT_AFTER: Record<string, string[]> = {
  IHDR: ["IHDR"],
  PLTE: ["PLTE", "IDAT", ...USES_PALETTE],
  IDAT: [],
  IEND: [],
  pHYs: ["pHYs", "IDAT"],
  sPLT: ["IDAT"],
  ...Object.fromEntries(USES_PALETTE.map((name) => [name, [name, "IDAT"]])),
  ...Object.fromEntries(COLOUR_SPACE.map((name) => [name, [name, "PLTE", "IDAT"]])),
};

/** What is wrong with a picture. */
export class Damage extends Error {}

/** The header of a PNG. @throws Damage */
export function pngHeader(bytes: Uint8Array): PngHeader {
  const { value } = chunksOf(bytes.subarray(0, HEADER_END)).next();
  if (value?.name !== "IHDR" || value.content.length !== 13) {
    throw new Damage("it does not begin with a header, IHDR");
  }
  const view = new DataView(value.content.buffer, value.content.byteOffset);
  const [bitDepth, colourType, compression, filter, interlace] = value.content.subarray(8);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width === 0 || height === 0) throw new Damage(`its header says ${width} × ${height} pixels`);
  const known = COLOUR_TYPES[colourType]?.depths.includes(bitDepth) && compression === 0 && filter === 0;
  if (known && interlace <= 1) return { width, height, bitDepth, colourType, interlaced: interlace === 1 };
  const found = [...value.content.subarray(8)].join(", ");
  throw new Damage(`its header has the values ${found}, which no PNG has (bit depth, colour type, methods)`);
}

/** Checks that a PNG with this header is whole. It takes memory for what the header states. @throws Damage */
export function checkWhole(bytes: Uint8Array, header: PngHeader): void {
  const packed = new Uint8Array(bytes.length);
  let [filled, colours, last] = [0, 0, ""];
  const seen = new Set<string>();
  for (const { name, content, at } of chunksOf(bytes)) {
    checkPlace(name, last, seen, at);
    if (name === "PLTE") colours = checkedColours(content, header);
    if (name === "tRNS") checkTransparency(content, header, colours);
    if (name === "IDAT") packed.set(content, (filled += content.length) - content.length);
    seen.add(last = name);
  }
  if (header.colourType === PALETTE && colours === 0) throw new Damage("its palette, PLTE, is missing");
  checkRows(packed.subarray(0, filled), header, colours);
}

/** The chunks after the signature, with their places in the file. The last one is IEND, and nothing follows it. */
function* chunksOf(bytes: Uint8Array): Generator<{ name: string; content: Uint8Array; at: number }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = SIGNATURE.length; at < bytes.length;) {
    const length = at + CHUNK_FRAME <= bytes.length ? view.getUint32(at) : Infinity;
    const end = at + CHUNK_FRAME + length;
    if (end > bytes.length) throw new Damage(`it is cut short: the chunk at byte ${at} is not complete`);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new Damage(`the chunk at byte ${at} has changed: its checksum (CRC-32) is wrong`);
    }
    yield { name, content: bytes.subarray(at + 8, end - 4), at };
    if (name !== "IEND") at = end;
    else if (end === bytes.length) return;
    else throw new Damage(`${bytes.length - end} bytes follow its end`);
  }
  throw new Damage("it is cut short: it has no end, IEND");
}

/** Chunks that no reader knows are skipped, unless the first letter, a capital, says that they are needed. */
function checkPlace(name: string, last: string, seen: ReadonlySet<string>, at: number): void {
  if (!/^[A-Za-z]{4}$/.test(name)) throw new Damage(`the chunk at byte ${at} has no name of four letters`);
  if (!Object.hasOwn(NOT_AFTER, name)) {
    if (/^[a-z]/.test(name)) return;
    throw new Damage(`it has a chunk ${name} at byte ${at}, which is not in the PNG standard`);
  }
  const before = NOT_AFTER[name].find((other) => seen.has(other)) ??
    (name === "IDAT" && last !== name && seen.has(name));
  if (before) throw new Damage(`its chunks are in the wrong order: ${name} at byte ${at} follows ${before || last}`);
}

function checkedColours(content: Uint8Array, { colourType, bitDepth }: PngHeader): number {
  const colours = content.length / 3;
  const most = colourType === PALETTE ? 2 ** bitDepth : 256;
  if (Number.isInteger(colours) && colours >= 1 && colours <= most && colourType % 4 !== 0) return colours;
  throw new Damage(`its palette, PLTE, has ${content.length} bytes, which do not fit its header`);
}

function checkTransparency({ length }: Uint8Array, { colourType }: PngHeader, colours: number): void {
  const fits = colourType === PALETTE ? length >= 1 && length <= colours : length === { 0: 2, 2: 6 }[colourType];
  if (!fits) throw new Damage(`its transparency, tRNS, has ${length} bytes, which do not fit its header`);
}

/** Checks that there are all rows that the header states, with filters that exist and colours of the palette. */
function checkRows(packed: Uint8Array, header: PngHeader, colours: number): void {
  const passes = passesOf(header);
  const all = inflated(packed, passes.reduce((sum, { count, rowBytes }) => sum + count * rowBytes, 0));
  let start = 0;
  for (const { count, rowBytes, columns } of passes) {
    const rows = all.subarray(start, start += count * rowBytes);
    for (let at = 0; at < rows.length; at += rowBytes) {
      if (rows[at] > LAST_FILTER) {
        throw new Damage(`a row has the filter ${rows[at]}, but the last one is ${LAST_FILTER}`);
      }
    }
    if (header.colourType !== PALETTE || colours === 2 ** header.bitDepth) continue;
    const largest = largestIndex(rows, rowBytes, columns, header.bitDepth);
    if (largest >= colours) throw new Damage(`a pixel has the colour ${largest} of a palette of ${colours}, from 0`);
  }
}

/** The rows of each pass, and the bytes of a row with its filter. Without interlacing there is one pass. */
function passesOf({ width, height, bitDepth, colourType, interlaced }: PngHeader) {
  const bits = bitDepth * COLOUR_TYPES[colourType].samples;
  return (interlaced ? PASSES : [[0, 0, 1, 1]]).map(([x, y, stepX, stepY]) => ({
    columns: Math.ceil((width - x) / stepX),
    rows: Math.ceil((height - y) / stepY),
  })).filter(({ columns, rows }) => columns > 0 && rows > 0)
    .map(({ columns, rows }) => ({ columns, count: rows, rowBytes: 1 + Math.ceil(columns * bits / 8) }));
}

function inflated(packed: Uint8Array, expected: number): Uint8Array {
  let result: { buffer: Uint8Array; engine: { bytesWritten: number } };
  try {
    // Node's types do not know the result with `info`.
    result = inflateSync(packed, { maxOutputLength: expected, info: true }) as unknown as typeof result;
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    const reason = code === "ERR_BUFFER_TOO_LARGE" ? `they are more than ${expected} bytes` : message;
    throw new Damage(`its pixels, IDAT, cannot be unpacked: ${reason}`);
  }
  const { buffer, engine } = result;
  if (buffer.length < expected) throw new Damage(`it has ${buffer.length} of ${expected} bytes of pixels`);
  const rest = packed.length - engine.bytesWritten;
  if (rest > 0) throw new Damage(`${rest} bytes follow its pixels in IDAT`);
  return buffer;
}

/**
 * The largest palette index in rows of equal length: in each, the number of its filter and then `columns` indices of
 * `bits` bits. The rows are unfiltered in place.
 */
function largestIndex(rows: Uint8Array, rowBytes: number, columns: number, bits: number): number {
  let largest = 0;
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let at = 0; at < rows.length; at += rowBytes) {
    const row = rows.subarray(at, at + rowBytes);
    unfilter(row, above);
    for (let x = 0; x < columns; x++) {
      const bit = x * bits;
      const index = (row[1 + (bit >> 3)] >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
      if (index > largest) largest = index;
    }
    above = row;
  }
  return largest;
}

/** Undoes the filter of a row, whose pixels take at most a byte each: https://www.w3.org/TR/png-3/#9Filters */
function unfilter(row: Uint8Array, above: Uint8Array): void {
  const predict = PREDICTIONS[row[0]];
  for (let i = 1; i < row.length; i++) {
    const isFirst = i === 1;
    row[i] += predict(isFirst ? 0 : row[i - 1], above[i], isFirst ? 0 : above[i - 1]);
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
