/**
 * The chunks of PNG pictures (https://www.w3.org/TR/png-3/), and whether a picture is whole: a reader that takes what there is
 * of a damaged one would turn one digit into another.
 */
import { crc32, inflateSync } from "node:zlib";

/** What the header of a PNG states. */
export interface PngHeader {
  width: number;
  height: number;
  bitDepth: number;
  colourType: number;
  interlaced: boolean;
}

/** What decides the pixels: the header, and the contents of other chunks. */
export interface PngContent extends PngHeader {
  /** Three bytes per colour; empty if there is none. */
  palette: Uint8Array;
  /** The opacity of palette colours, or the one colour that is transparent; empty if there is none. */
  transparency: Uint8Array;
  /** All contents of IDAT. */
  packed: Uint8Array;
}

/** What every PNG begins with. */
export const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Signature and header chunk, and of a chunk what is around its content. */
const [HEADER_END, CHUNK_FRAME] = [33, 12];
/** Colour types. */
export const [GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA] = [0, 2, 3, 4, 6];
/** By colour type: the bit depths, and the samples of a pixel. */
export const COLOUR_TYPES: Record<number, { depths: number[]; samples: number }> = {
  [GREY]: { depths: [1, 2, 4, 8, 16], samples: 1 },
  [RGB]: { depths: [8, 16], samples: 3 },
  [PALETTE]: { depths: [1, 2, 4, 8], samples: 1 },
  [GREY_ALPHA]: { depths: [8, 16], samples: 2 },
  [RGB_ALPHA]: { depths: [8, 16], samples: 4 },
};

const NONE = new Uint8Array(0);

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

/** The contents of the chunks of a PNG with this header. @throws Damage */
export function pngContent(bytes: Uint8Array, header: PngHeader): PngContent {
  const packed = new Uint8Array(bytes.length);
  const content: PngContent = { ...header, palette: NONE, transparency: NONE, packed };
  let filled = 0;
  for (const { name, content: part, at } of chunksOf(bytes)) {
    if (name === "IDAT") packed.set(part, (filled += part.length) - part.length);
    else if (name === "PLTE") content.palette = checkedPalette(part, content);
    else if (name === "tRNS") content.transparency = checkedTransparency(part, content);
    else if (name === "IHDR" && at > SIGNATURE.length) throw new Damage("it has two headers");
    else if (!/^([a-z][A-Za-z]{3}|IHDR|IEND)$/.test(name)) {
      throw new Damage(`the chunk at byte ${at} has a name that no reader knows: ${JSON.stringify(name)}`);
    }
  }
  if (header.colourType === PALETTE && content.palette.length === 0) throw new Damage("its palette, PLTE, is missing");
  return { ...content, packed: packed.subarray(0, filled) };
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

function checkedPalette(palette: Uint8Array, { colourType, bitDepth, palette: before }: PngContent): Uint8Array {
  const colours = palette.length / 3;
  const most = colourType === PALETTE ? 1 << bitDepth : 256;
  const fits = Number.isInteger(colours) && colours >= 1 && colours <= most && colourType % 4 !== 0;
  if (fits && before.length === 0) return palette;
  throw new Damage(
    `its palette, PLTE, has ${palette.length} bytes, which do not fit its header, or is not the only one`,
  );
}

function checkedTransparency(transparency: Uint8Array, { colourType, palette }: PngContent): Uint8Array {
  const { length } = transparency;
  const fits = colourType === PALETTE ? 3 * length <= palette.length : length === { [GREY]: 2, [RGB]: 6 }[colourType];
  if (fits) return transparency;
  throw new Damage(`its transparency, tRNS, has ${length} bytes, which do not fit its header`);
}

/** The unpacked rows of all passes, which have this many bytes. @throws Damage */
export function inflated(packed: Uint8Array, expected: number): Uint8Array {
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
