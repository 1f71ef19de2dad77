/** Only whole PNGs are read: whatever is damaged, cut or out of place is refused with what is wrong. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { deflateSync } from "node:zlib";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { FormatError } from "../../../core/errors.ts";
import { encodePng } from "../../../pipeline/charts/png/png_encoder.ts";
import { decodePng } from "../../../pipeline/formats/png.ts";
import { writePng } from "../../../pipeline/predict/picture_png.ts";
import { pictureOf, testDigits } from "../predict/pictures.ts";
import {
  type Chunk,
  chunksOf,
  filteredIndices,
  headerOf,
  joined,
  KINDS,
  nameOf,
  paletteOf,
  pngOfChunks,
  rowsOf,
  TRANSPARENT,
} from "./pngs.ts";

const pillow: { png: Record<string, string> } = JSON.parse(
  Deno.readTextFileSync(new URL("../../golden/pillow.json", import.meta.url)),
);

const KIND = { width: 6, height: 5, bitDepth: 8, colourType: 0 };
const END: Chunk = ["IEND", new Uint8Array()];
const SMALL = [encodePng(pictureOf(testDigits(1)[0].pixels.subarray(0, 28 * 28)).rgba as Uint8Array, 28, 28)];
SMALL.push(writePng(Uint8Array.from({ length: 48 }, (_, i) => 5 * i), 8), pngOfChunks(chunksOf(KIND)));

function deflate(rows: Uint8Array): Uint8Array {
  return new Uint8Array(deflateSync(rows));
}

/** The pixels; null if the picture is refused with a message for people. */
function pixelsOf(bytes: Uint8Array<ArrayBuffer>): Uint8Array | null {
  try {
    return Uint8Array.from(decodePng(bytes, "seven.png").rgba);
  } catch (error) {
    assert(error instanceof FormatError, String(error));
    assert(error.message.startsWith("seven.png: "), error.message);
    return null;
  }
}

Deno.test("decodePng() gives the pixels that Pillow gives, for every kind of PNG", () => {
  const kinds = [...KINDS, ...TRANSPARENT];
  assertEquals(kinds.length, Object.keys(pillow.png).length);
  for (const kind of kinds) {
    const name = nameOf(kind);
    const { width, height, rgba, isGrey, bitDepth } = decodePng(pngOfChunks(chunksOf(kind)), name);
    assertEquals([width, height, bitDepth], [kind.width, kind.height, kind.bitDepth]);
    assertEquals(isGrey, kind.colourType % 4 === 0, name);
    assertEquals(digestOfBytes(rgba), pillow.png[name], name);
  }
});

Deno.test("decodePng() reads what programs add: texts, times, resolutions, colour spaces, unknown chunks, pieces", () => {
  const [header, ...pixels] = chunksOf(KIND).slice(0, -1);
  const some = Uint8Array.of(0, 0, 0x0e, 0xc3, 0, 0, 0x0e, 0xc3, 1);
  const srgb: Chunk = ["sRGB", Uint8Array.of(0)];
  const gamma: Chunk = ["gAMA", Uint8Array.of(0, 0, 0xb1, 0x8f)];
  const note: Chunk = ["tEXt", new TextEncoder().encode("Title\0seven")];
  const before = [note, gamma, srgb, ["pHYs", some], ["bKGD", Uint8Array.of(0, 9)], ["vpAg", some], note] as Chunk[];
  const empty: Chunk = ["IDAT", new Uint8Array()];
  const png = pngOfChunks([header, ...before, empty, ...pixels, empty, note, ["tIME", some.subarray(2)], END]);
  assertEquals(pixelsOf(png), pixelsOf(pngOfChunks([header, ...pixels, END])));
});

Deno.test("decodePng() refuses a PNG that is cut short at any byte", () => {
  for (const png of SMALL) {
    for (let length = 0; length < png.length; length++) {
      assertEquals(pixelsOf(png.slice(0, length)), null, `${length} of ${png.length} bytes`);
    }
  }
});

Deno.test("decodePng() refuses a PNG with any bit flipped", () => {
  for (const png of SMALL) {
    for (let bit = 0; bit < 8 * png.length; bit++) {
      const flipped = png.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      assertEquals(pixelsOf(flipped), null, `bit ${bit} of ${png.length} bytes`);
    }
  }
});

Deno.test("decodePng() refuses a PNG with any bit of its pixels flipped although the chunk's checksum is right", () => {
  const [header] = chunksOf(KIND);
  const packed = new Uint8Array(deflateSync(rowsOf(KIND)));
  const whole = pixelsOf(pngOfChunks(chunksOf(KIND)));
  let refused = 0;
  for (let bit = 0; bit < 8 * packed.length; bit++) {
    const flipped = packed.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    const pixels = pixelsOf(pngOfChunks([header, ["IDAT", flipped], END]));
    if (pixels === null) refused++;
    else assertEquals(pixels, whole, `bit ${bit}`);
  }
  assert(refused > 8 * packed.length - 16, `${refused} of ${8 * packed.length}`);
});

/** A PNG of grey pixels with these rows. */
function withRows(rows: Uint8Array<ArrayBuffer>): Chunk[] {
  return chunksOf(KIND, rows);
}

const ROWS = rowsOf(KIND);
const BAD_FILTER = ROWS.slice();
BAD_FILTER[7 * 3] = 5;
const BAD_PASS_FILTER = rowsOf({ ...KIND, interlaced: true });
BAD_PASS_FILTER[BAD_PASS_FILTER.length - 7] = 255;
const [HEADER, FIRST, SECOND] = chunksOf(KIND);
const PALETTED = { ...KIND, colourType: 3, bitDepth: 2 };
const [, , ...INDICES] = chunksOf(PALETTED);
const tail = (chunk: Chunk, ...bytes: number[]): Chunk => [chunk[0], joined([chunk[1], Uint8Array.from(bytes)])];

const WRONG: [what: string, chunks: Chunk[], says: string][] = [
  ["no end", [HEADER, FIRST, SECOND], "no end, IEND"],
  ["no pixels", [HEADER, END], "cannot be unpacked"],
  ["half of the pixels", [HEADER, FIRST, END], "cannot be unpacked"],
  ["a row too few", withRows(ROWS.subarray(7)), "28 of 35 bytes of pixels"],
  ["a row too many", withRows(joined([ROWS, ROWS.subarray(0, 7)])), "more than 35 bytes"],
  ["a byte too many", withRows(joined([ROWS, Uint8Array.of(0)])), "more than 35 bytes"],
  ["bytes after the pixels", [HEADER, FIRST, tail(SECOND, 0, 0), END], "2 bytes follow its pixels"],
  ["an unknown filter", withRows(BAD_FILTER), "the filter 5"],
  ["an unknown filter in a pass", chunksOf({ ...KIND, interlaced: true }, BAD_PASS_FILTER), "the filter 255"],
  ["pixels before the header", [FIRST, SECOND, HEADER, END], "does not begin with a header"],
  ["two headers", [HEADER, HEADER, FIRST, SECOND, END], "it has two headers"],
  ["no palette", [headerOf(PALETTED), ...INDICES], "PLTE, is missing"],
  ["two palettes", [headerOf(PALETTED), paletteOf(4), paletteOf(4), ...INDICES], "not the only one"],
  ["a palette of five colours for two bits", [headerOf(PALETTED), paletteOf(5), ...INDICES], "its palette, PLTE"],
  ["an empty palette", [headerOf(PALETTED), paletteOf(0), ...INDICES], "its palette, PLTE"],
  ["a palette with a broken colour", [headerOf(PALETTED), tail(paletteOf(2), 1), ...INDICES], "its palette, PLTE"],
  ["a palette of greys", [HEADER, paletteOf(4), FIRST, SECOND, END], "its palette, PLTE"],
  ["transparency of the wrong size", [HEADER, ["tRNS", Uint8Array.of(1)], FIRST, SECOND, END], "its transparency"],
  ["an unknown chunk that is needed", [HEADER, ["ABCD", ROWS], FIRST, SECOND, END], 'no reader knows: "ABCD"'],
  ["a chunk without a name", [HEADER, ["a\0b ", ROWS], FIRST, SECOND, END], "no reader knows"],
  ["no width", [headerOf({ ...KIND, width: 0 }), FIRST, SECOND, END], "0 × 5 pixels"],
  ["a bit depth that no PNG has", [headerOf({ ...KIND, bitDepth: 3 }), FIRST, SECOND, END], "3, 0, 0, 0, 0"],
  ["16 bits of a palette", [headerOf({ ...PALETTED, bitDepth: 16 }), paletteOf(4), ...INDICES], "16, 3, 0, 0, 0"],
  ["a colour type that no PNG has", [headerOf({ ...KIND, colourType: 5 }), FIRST, SECOND, END], "8, 5, 0, 0, 0"],
  ["another width", [headerOf({ ...KIND, width: 7 }), FIRST, SECOND, END], "35 of 40 bytes of pixels"],
  ["another height", [headerOf({ ...KIND, height: 4 }), FIRST, SECOND, END], "more than 28 bytes"],
  ["no chunk at all", [], "no end, IEND"],
];

for (const [what, chunks, says] of WRONG) {
  Deno.test(`decodePng() refuses a PNG with ${what}, and says so`, () => {
    const error = assertThrows(() => decodePng(pngOfChunks(chunks), "seven.png"), FormatError);
    assertStringIncludes(error.message, says);
    assertStringIncludes(error.message, "Save it again.");
  });
}

Deno.test("decodePng() finds colours outside of the palette behind every filter, and no others", () => {
  for (const [bitDepth, interlaced] of [[1, false], [2, true], [4, false], [8, true], [8, false]] as const) {
    const kind = { width: 11, height: 9, bitDepth, colourType: 3, interlaced };
    const most = Math.min(2 ** bitDepth - 1, 200);
    for (const filter of [0, 1, 2, 3, 4]) {
      const png = (colours: number) =>
        pngOfChunks([headerOf(kind), paletteOf(colours), ["IDAT", deflate(filteredIndices(kind, filter, most))], END]);
      assertEquals(decodePng(png(most + 1), "seven.png").width, 11);
      const error = assertThrows(() => decodePng(png(most), "seven.png"), FormatError);
      assertStringIncludes(error.message, `the colour ${most} of a palette of ${most}`);
    }
  }
});

Deno.test("decodePng() refuses what follows the end", () => {
  const png = pngOfChunks(chunksOf(KIND));
  for (const rest of [Uint8Array.of(0), png]) {
    const error = assertThrows(() => decodePng(joined([png, rest]), "seven.png"), FormatError);
    assertStringIncludes(error.message, `${rest.length} bytes follow its end`);
  }
});

Deno.test("decodePng() refuses too many pixels, and too few of those that the header states, before taking memory", () => {
  const before = Deno.memoryUsage().rss;
  for (
    const [side, says] of [[6324, "found 6324 × 6324"], [2 ** 31 - 1, "million pixels"], [4472, "bytes of pixels"]]
  ) {
    const [, ...rest] = chunksOf(KIND);
    const png = pngOfChunks([headerOf({ ...KIND, width: Number(side), height: Number(side) }), ...rest]);
    assertThrows(() => decodePng(png, "seven.png"), FormatError, String(says));
  }
  const growth = Deno.memoryUsage().rss - before;
  assert(growth < 2 ** 25, `${growth} bytes`);
});
