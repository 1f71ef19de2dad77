/** PNGs of every kind for tests, chunk by chunk, so that each part can be wrong while the others are right. */
import { crc32, deflateSync } from "node:zlib";

/** A chunk's name and content. */
export type Chunk = readonly [name: string, content: Uint8Array];

/** What a PNG's header states. */
export interface Kind {
  width: number;
  height: number;
  bitDepth: number;
  colourType: number;
  interlaced?: boolean;
  /** The content of tRNS. */
  transparency?: readonly number[];
}

const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PASSES = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

/** All combinations of colour type, bit depth and interlacing, with sizes that leave passes empty and bytes half full. */
export const KINDS: Kind[] = [[0, 1, 2, 4, 8, 16], [2, 8, 16], [3, 1, 2, 4, 8], [4, 8, 16], [6, 8, 16]].flatMap((
  [colourType, ...depths],
) =>
  depths.flatMap((bitDepth) =>
    [[5, 7], [1, 1], [9, 2]].flatMap(([width, height]) =>
      [false, true].map((interlaced) => ({ width, height, bitDepth, colourType, interlaced }))
    )
  )
);

/** Those of 8 bits that can have transparency, with some. */
export const TRANSPARENT: Kind[] = KINDS.filter(({ bitDepth }) => bitDepth === 8).flatMap((kind) => {
  const transparency = { 0: [0, 1], 2: [0, 73, 0, 146, 0, 219], 3: [0, 128] }[kind.colourType];
  return transparency === undefined ? [] : [{ ...kind, transparency }];
});

/** What tests/golden/pillow.json calls a kind. */
export function nameOf({ width, height, bitDepth, colourType, interlaced, transparency }: Kind): string {
  const more = `${interlaced ? " interlaced" : ""}${transparency ? " t" : ""}`;
  return `${colourType}/${bitDepth} ${width}x${height}${more}`;
}

/** A file of these chunks. */
export function pngOfChunks(chunks: readonly Chunk[]): Uint8Array<ArrayBuffer> {
  const parts = [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), ...chunks.flatMap(partsOf)];
  return joined(parts);
}

/** The header chunk. */
export function headerOf({ width, height, bitDepth, colourType, interlaced = false }: Kind): Chunk {
  const content = new Uint8Array(13);
  new DataView(content.buffer).setUint32(0, width);
  new DataView(content.buffer).setUint32(4, height);
  content.set([bitDepth, colourType, 0, 0, Number(interlaced)], 8);
  return ["IHDR", content];
}

/** A palette of this many colours. */
export function paletteOf(colours: number): Chunk {
  return ["PLTE", Uint8Array.from({ length: 3 * colours }, (_, i) => 37 * i % 256)];
}

/** Rows of any pixels, each with one of the five filters, before they are packed. */
export function rowsOf({ width, height, bitDepth, colourType, interlaced }: Kind): Uint8Array<ArrayBuffer> {
  const bits = bitDepth * SAMPLES[colourType];
  const passes = interlaced ? PASSES : [[0, 0, 1, 1]];
  return joined(passes.flatMap(([x, y, stepX, stepY]) => {
    const [columns, rows] = [Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)];
    if (columns <= 0 || rows <= 0) return [];
    const stride = Math.ceil(columns * bits / 8);
    return Array.from({ length: rows }, (_, row) =>
      Uint8Array.from(
        { length: 1 + stride },
        (_, i) => i > 0 ? (73 * i * (row + 1)) % 256 : colourType === 3 ? 0 : row % 5,
      ));
  }));
}

/** Rows of palette indices, the last of which is `most` and none larger, with one filter. */
export function filteredIndices(kind: Kind, filter: number, most: number): Uint8Array<ArrayBuffer> {
  const { width, height, bitDepth, interlaced } = kind;
  const perByte = 8 / bitDepth;
  return joined((interlaced ? PASSES : [[0, 0, 1, 1]]).flatMap(([x, y, stepX, stepY]) => {
    const [columns, rows] = [Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)];
    const stride = Math.ceil(columns / perByte);
    let above = new Uint8Array(stride);
    return Array.from({ length: rows }, (_, row) => {
      const plain = new Uint8Array(stride);
      for (let column = 0; column < columns; column++) {
        const index = row === rows - 1 && column === columns - 1 ? most : (7 * row + 3 * column) % most;
        plain[Math.floor(column / perByte)] |= index << (8 - bitDepth * (1 + column % perByte));
      }
      const filtered = plain.map((value, i) =>
        value - predicted(filter, plain[i - 1] ?? 0, above[i], above[i - 1] ?? 0)
      );
      above = plain;
      return joined([Uint8Array.of(filter), filtered]);
    });
  }));
}

/** What a filter predicts from the bytes on the left, above, and above on the left, as the standard words it. */
function predicted(filter: number, a: number, b: number, c: number): number {
  const p = a + b - c;
  const nearest = [a, b, c].toSorted((x, y) => Math.abs(p - x) - Math.abs(p - y))[0];
  return [0, a, b, Math.floor((a + b) / 2), nearest][filter];
}

/** The chunks of a whole PNG; its pixels are in two chunks. */
export function chunksOf(kind: Kind, rows: Uint8Array<ArrayBuffer> = rowsOf(kind)): Chunk[] {
  const packed = new Uint8Array(deflateSync(rows));
  return [
    headerOf(kind),
    ...(kind.colourType === 3 ? [paletteOf(2 ** kind.bitDepth)] : []),
    ...(kind.transparency ? [["tRNS", Uint8Array.from(kind.transparency)] as const] : []),
    ["IDAT", packed.subarray(0, 5)],
    ["IDAT", packed.subarray(5)],
    ["IEND", new Uint8Array()],
  ];
}

function partsOf([name, content]: Chunk): Uint8Array[] {
  const body = joined([new TextEncoder().encode(name), content]);
  return [uint32(content.length), body, uint32(crc32(body))];
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** The parts, one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) out.set(part, (at += part.length) - part.length);
  return out;
}
