import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FormatError } from "../../../core/errors.ts";
import { CorruptArtifactError } from "../../../pipeline/engine/run_errors.ts";
import { idx } from "../../../pipeline/formats/idx_format.ts";
import { type IdxDtype, parseIdx } from "../../../pipeline/formats/idx.ts";
import { decodeNpy, encodeNpy, type NpyDtype } from "../../../pipeline/formats/npy.ts";
import { npyOf, openNpy, readNpyRows } from "../../../pipeline/formats/npy_pieces.ts";
import { eachChanged, headerOf, wholeNumbers } from "../../../pipeline/formats/pieces.ts";
import type { Artifact } from "../../../pipeline/engine/stage/kind.ts";
import { encodeIdx } from "./encode_idx.ts";
import { inPieces, together } from "./in_pieces.ts";

/** Arrays of every type that both formats have. */
const ARRAYS = {
  u1: Uint8Array.from({ length: 24 }, (_, i) => 10 * i),
  i1: Int8Array.from({ length: 24 }, (_, i) => i - 12),
  i2: Int16Array.from({ length: 24 }, (_, i) => 1000 * i - 7),
  i4: Int32Array.from({ length: 24 }, (_, i) => 100_000 * i - 7),
  f4: Float32Array.from({ length: 24 }, (_, i) => i / 7),
  f8: Float64Array.from({ length: 24 }, (_, i) => i / 7),
};
const IDX_TYPES: Record<keyof typeof ARRAYS, IdxDtype> = {
  u1: "u8",
  i1: "i8",
  i2: "i16",
  i4: "i32",
  f4: "f32",
  f8: "f64",
};
/** A header of IDX has to be in the first piece; of .npy files, too, it has at most 64 KiB. */
const LENGTHS = [128, 131, 132, 136, 200, 1000];

/** A file that turns out to be damaged after its first piece. */
const DAMAGED = {
  size: 3,
  *pieces(): Generator<Uint8Array<ArrayBuffer>> {
    yield Uint8Array.of(1, 2, 3);
    throw new CorruptArtifactError("damaged");
  },
};

Deno.test("wholeNumbers() gives the bytes after an offset, aligned, and none of a number without the others", () => {
  const cases = fc.tuple(
    fc.uint8Array({ maxLength: 200 }),
    fc.nat(20),
    fc.constantFrom(1, 2, 4, 8),
    fc.integer({ min: 1, max: 70 }),
  );
  fc.assert(fc.property(cases, ([bytes, offset, width, length]) => {
    const whole = Math.max(0, bytes.length - offset - (bytes.length - offset) % width);
    const pieces = Iterator.from(wholeNumbers(inPieces(bytes, length), { offset, width })).map((piece) => {
      assertEquals([piece.length % width, piece.byteOffset % width], [0, 0]);
      return piece;
    });
    assertEquals(together(pieces), [...bytes.subarray(offset, offset + whole)]);
  }));
});

Deno.test("arrays in pieces are those of the whole file, in both formats, for every type", () => {
  for (const [dtype, data] of Object.entries(ARRAYS) as [keyof typeof ARRAYS, typeof ARRAYS["i4"]][]) {
    for (const shape of [[24], [6, 4], [2, 3, 4]]) {
      const npy = encodeNpy(dtype as "i4", shape, data);
      const packed = encodeIdx(IDX_TYPES[dtype] as "i32", shape, data);
      for (const length of LENGTHS) {
        const opened = openNpy(inPieces(npy, length), "x");
        assertEquals([opened.dtype, opened.shape], [dtype, shape] as [NpyDtype, number[]]);
        for (let time = 0; time < 2; time++) assertEquals(together(opened.pieces()), [...data], `${dtype} ${length}`);
        const file = inPieces(packed, length >> 3) as unknown as Artifact;
        const { type, shape: found, pieces } = idx.open!(file, "x");
        assertEquals([type, found], [IDX_TYPES[dtype], parseIdx(packed, "x").shape]);
        assertEquals(together(pieces()), [...data], `${dtype} ${length}`);
      }
    }
  }
});

Deno.test("npyOf() gives the bytes of encodeNpy(), however the elements are divided, and copies none", () => {
  const strange = new Float32Array(Uint32Array.of(0x7fc00001, 0x3f800000, 0xffc00000, 0).buffer);
  const wide = new Float64Array(BigUint64Array.of(0x7ff8000000000001n, 0x3ff0000000000000n).buffer);
  for (const [dtype, data] of [...Object.entries(ARRAYS), ["f4", strange], ["f8", wide]] as ["i4", Int32Array][]) {
    for (const length of [1, 5, 24]) {
      const parts = Array.from(
        { length: Math.ceil(data.length / length) },
        (_, i) => data.subarray(i * length, (i + 1) * length),
      );
      assertEquals(
        together(npyOf(dtype, [data.length], parts).pieces()),
        [...encodeNpy(dtype, [data.length], data)],
        `${dtype} in ${length}`,
      );
    }
  }
  const [, body] = npyOf("f4", [24], [ARRAYS.f4]).pieces();
  assertEquals(body.buffer, ARRAYS.f4.buffer);
  for (const count of [23, 25]) {
    assertThrows(() => together(npyOf("f4", [count], [ARRAYS.f4]).pieces()), FormatError, `Expected ${count} elements`);
  }
});

Deno.test("readNpyRows() gives the wanted rows, whatever pieces they are in", () => {
  const whole = decodeNpy(encodeNpy("f4", [6, 4], ARRAYS.f4), "x").data as Float32Array;
  for (const length of LENGTHS) {
    const { features, rows } = readNpyRows(inPieces(encodeNpy("f4", [6, 4], ARRAYS.f4), length), "x", [5, 0, 3]);
    assertEquals([features, [...rows.keys()]], [4, [5, 0, 3]]);
    for (const [row, values] of rows) assertEquals(values, whole.slice(4 * row, 4 * row + 4), `${row} in ${length}`);
  }
});

Deno.test("what is wrong with a file is that it is damaged, if it is, whatever else its bytes seem to be", () => {
  const fail = () => {
    throw new FormatError("strange");
  };
  assertThrows(() => headerOf(DAMAGED, fail), CorruptArtifactError);
  assertThrows(() => [...eachChanged(DAMAGED.pieces(), fail)], CorruptArtifactError);
  assertThrows(() => openNpy(DAMAGED, "x"), CorruptArtifactError);
  assertThrows(() => headerOf(inPieces(Uint8Array.of(1, 2, 3), 2), fail), FormatError, "strange");
  assertThrows(() => [...eachChanged(inPieces(Uint8Array.of(1, 2, 3), 2).pieces(), fail)], FormatError, "strange");
  assertEquals(headerOf(DAMAGED, ([first]) => first), 1);
  const firsts = eachChanged(inPieces(new Uint8Array(7), 3).pieces(), (piece, first) => [first, piece.length]);
  assertEquals([...firsts], [[0, 3], [3, 3], [6, 1]]);
});
