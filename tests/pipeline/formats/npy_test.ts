import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FormatError } from "../../../core/errors.ts";
import {
  decodeNpy,
  decodeNpyOf,
  encodeNpy,
  type NpyDtype,
  npyHeader,
  readNpyHeader,
} from "../../../pipeline/formats/npy.ts";

/** A file in the form of numpy.save of NumPy 2.4.6: a header of 128 bytes, then the elements. */
function numpyFile(text: string, elements: number[]): Uint8Array {
  const header = `\x93NUMPY\x01\x00v\x00${text}`.padEnd(127, " ") + "\n";
  return Uint8Array.from([...[...header].map((character) => character.charCodeAt(0)), ...elements]);
}

const ARRAYS = {
  b1: new Uint8Array([0, 1, 1, 0]),
  u1: new Uint8Array([0, 1, 254, 255]),
  i1: new Int8Array([-128, -1, 0, 127]),
  u2: new Uint16Array([0, 1, 32768, 65535]),
  i2: new Int16Array([-32768, -1, 0, 32767]),
  i4: new Int32Array([-2147483648, -1, 0, 2147483647]),
  u4: new Uint32Array([0, 1, 2147483648, 4294967295]),
  i8: new BigInt64Array([-(1n << 63n), -1n, 0n, (1n << 63n) - 1n]),
  u8: new BigUint64Array([0n, 1n, 1n << 63n, (1n << 64n) - 1n]),
  f4: new Float32Array([1.5, -0, Infinity, 1e-45]),
  f8: new Float64Array([1.5, -0, -Infinity, 5e-324]),
};
const DTYPES = Object.keys(ARRAYS) as NpyDtype[];

function encodeSample(dtype: NpyDtype, shape: number[]): Uint8Array<ArrayBuffer> {
  return encodeNpy(dtype, shape, ARRAYS[dtype] as never);
}

Deno.test("encodeNpy() writes the bytes that numpy.save writes", () => {
  const header = (descr: string, shape: string) => `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const cases: [Uint8Array, Uint8Array][] = [
    [
      encodeNpy("u1", [2, 3], new Uint8Array([0, 1, 2, 3, 4, 5])),
      numpyFile(header("|u1", "(2, 3)"), [0, 1, 2, 3, 4, 5]),
    ],
    [encodeNpy("i1", [1], new Int8Array([-2])), numpyFile(header("|i1", "(1,)"), [0xfe])],
    [encodeNpy("i2", [3], new Int16Array([0, 1, -2])), numpyFile(header("<i2", "(3,)"), [0, 0, 1, 0, 0xfe, 0xff])],
    [encodeNpy("i4", [1], new Int32Array([0x01020304])), numpyFile(header("<i4", "(1,)"), [4, 3, 2, 1])],
    [encodeNpy("u4", [1], new Uint32Array([0xfffefdfc])), numpyFile(header("<u4", "(1,)"), [0xfc, 0xfd, 0xfe, 0xff])],
    [
      encodeNpy("f4", [3], new Float32Array([1.5, -0, NaN])),
      numpyFile(header("<f4", "(3,)"), [0, 0, 0xc0, 0x3f, 0, 0, 0, 0x80, 0, 0, 0xc0, 0x7f]),
    ],
    [encodeNpy("f8", [], new Float64Array([1])), numpyFile(header("<f8", "()"), [0, 0, 0, 0, 0, 0, 0xf0, 0x3f])],
    [encodeNpy("i8", [0], new BigInt64Array(0)), numpyFile(header("<i8", "(0,)"), [])],
    [encodeNpy("u1", [0, 784], new Uint8Array(0)), numpyFile(header("|u1", "(0, 784)"), [])],
  ];
  for (const [found, expected] of cases) assertEquals(found, expected);
});

Deno.test("npyHeader() is as long as NumPy's for many dimensions", () => {
  const length = (rank: number) => npyHeader("u1", Array(rank).fill(1)).length;
  assertEquals([0, 1, 2, 13, 14, 15, 29].map(length), [128, 128, 128, 128, 128, 192, 192]);
});

Deno.test("decodeNpy() reads what encodeNpy() wrote, for every type", () => {
  for (const dtype of DTYPES) {
    for (const shape of [[4], [2, 2], [1, 4, 1]]) {
      assertEquals(decodeNpy(encodeSample(dtype, shape), "x"), { dtype, shape, data: ARRAYS[dtype] });
    }
  }
});

Deno.test("decodeNpy() reads every shape", () => {
  fc.assert(fc.property(fc.array(fc.nat(5), { maxLength: 5 }), (shape) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i);
    assertEquals(decodeNpy(encodeNpy("f4", shape, data), "x"), { dtype: "f4", shape, data });
  }));
});

Deno.test("decodeNpy() returns a view of aligned bytes, and copies others", () => {
  const file = encodeSample("f4", [4]);
  assert(decodeNpy(file, "x").data.buffer === file.buffer);
  const shifted = new Uint8Array(file.length + 1);
  shifted.set(file, 1);
  assertEquals(decodeNpy(shifted.subarray(1), "x").data, ARRAYS.f4);
});

Deno.test("encodeNpy() writes the same bits for every NaN, and does not change the caller's array", () => {
  const bits = new Uint32Array([0xffc00001, 0x7f800001, 0xff800000, 0x7fffffff]);
  const file = encodeNpy("f4", [4], new Float32Array(bits.buffer));
  assertEquals(new Uint32Array(file.buffer, 128), new Uint32Array([0x7fc00000, 0x7fc00000, 0xff800000, 0x7fc00000]));
  assertEquals(bits[0], 0xffc00001);
  const wide = new BigUint64Array([0xfff8000000000123n]);
  const wideFile = encodeNpy("f8", [1], new Float64Array(wide.buffer));
  assertEquals(new BigUint64Array(wideFile.buffer, 128)[0], 0x7ff8000000000000n);
});

Deno.test("encodeNpy() rejects data that does not fill the shape", () => {
  assertThrows(
    () => encodeNpy("u1", [2, 3], new Uint8Array(5)),
    FormatError,
    "Expected 6 elements for the shape [2, 3], but found 5.",
  );
});

Deno.test("readNpyHeader() returns type, shape and the offset of the elements", () => {
  assertEquals(readNpyHeader(encodeSample("i4", [2, 2]), "x"), { dtype: "i4", shape: [2, 2], offset: 128 });
  const shape = Array(64).fill(1);
  assertEquals(readNpyHeader(encodeNpy("i4", shape, Int32Array.of(7)), "x"), { dtype: "i4", shape, offset: 320 });
  const huge = npyHeader("i4", shape.fill(2));
  assertThrows(() => readNpyHeader(huge, "x"), FormatError, "more elements than can be addressed");
});

Deno.test("readNpyHeader() states the file and the problem", () => {
  const good = encodeSample("u1", [4]);
  const edited = (from: string, to: string) => {
    const text = String.fromCharCode(...good).replace(from, to.padEnd(from.length, " "));
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  };
  const version2 = good.slice();
  version2[6] = 2;
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array([1, 2, 3]), /^weights\.npy: expected an \.npy file.* found \[01 02 03\]/],
    [version2, /version 1\.0.* found \[93 4e 55 4d 50 59 02 00\]/],
    [good.subarray(0, 9), /expected a header of 10 bytes, but the file ends after 9/],
    [good.subarray(0, 100), /expected a header of 128 bytes, but the file ends after 100/],
    [edited("'|u1'", "'>f4'"), /expected one of the element types \|b1, .*<f8, but found >f4/],
    [edited("'|u1'", "'<c8'"), /found <c8/],
    [edited("False", "True "), /in the form of numpy\.save at byte 10/],
    [numpyFile("{'descr': '|u1', 'fortran_order': True, 'shape': (4,), }", [0, 0, 0, 0]), /Fortran order/],
    [numpyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (9007199254740992,), }", []), /more elements than/],
    // No elements, but a dimension that is too large.
    [numpyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 99999999999999999999), }", []), /more elements/],
    [numpyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (1 2,), }", [0, 0]), /more elements/],
    [npyHeader("u1", Array(65).fill(1)), /expected at most 64 dimensions, but found 65/],
  ];
  for (const [bytes, expected] of cases) {
    assertMatch(assertThrows(() => readNpyHeader(bytes, "weights.npy"), FormatError).message, expected);
  }
});

Deno.test("decodeNpy() states how many bytes are missing or left over", () => {
  const file = encodeSample("f4", [4]);
  const longer = new Uint8Array(file.length + 3);
  longer.set(file);
  assertThrows(
    () => decodeNpy(file.subarray(0, 140), "x.npy"),
    FormatError,
    "has 16 bytes after the header's 128, but 12",
  );
  assertThrows(() => decodeNpy(longer, "x.npy"), FormatError, "x.npy: an array f4 [4] has 16 bytes");
});

Deno.test("decodeNpyOf() reads the expected array, and describes any other", () => {
  const file = encodeNpy("f4", [2, 3], new Float32Array(6));
  assertEquals(decodeNpyOf(file, "x", "f4", [2, null]), decodeNpy(file, "x"));
  const expected: [() => unknown, string][] = [
    [() => decodeNpyOf(file, "table", "u1", [2, 3]), "table: expected u1 [2, 3], but found f4 [2, 3]"],
    [() => decodeNpyOf(file, "table", "f4", [2, 4]), "table: expected f4 [2, 4], but found f4 [2, 3]"],
    [() => decodeNpyOf(file, "table", "f4", [null]), "table: expected f4 [any], but found f4 [2, 3]"],
  ];
  for (const [decode, message] of expected) assertThrows(decode, FormatError, message);
});
