import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FormatError } from "../../../core/errors.ts";
import { type IdxDtype, parseIdx } from "../../../pipeline/formats/idx.ts";
import { idx } from "../../../pipeline/formats/idx_format.ts";
import { encodeIdx } from "./encode_idx.ts";

const ARRAYS = {
  u8: new Uint8Array([0, 1, 254, 255]),
  i8: new Int8Array([-128, -1, 0, 127]),
  i16: new Int16Array([-32768, -1, 258, 32767]),
  i32: new Int32Array([-2147483648, -1, 0x01020304, 2147483647]),
  f32: new Float32Array([1.5, -0, Infinity, NaN]),
  f64: new Float64Array([1.5, -0, -Infinity, 5e-324]),
};
const DTYPES = Object.keys(ARRAYS) as IdxDtype[];

Deno.test("parseIdx() reads each type from bytes by the specification", () => {
  const cases: [number[], ReturnType<typeof parseIdx>][] = [
    [[0, 0, 8, 1, 0, 0, 0, 2, 7, 255], { dtype: "u8", shape: [2], data: new Uint8Array([7, 255]) }],
    [[0, 0, 9, 1, 0, 0, 0, 2, 7, 255], { dtype: "i8", shape: [2], data: new Int8Array([7, -1]) }],
    [[0, 0, 11, 1, 0, 0, 0, 2, 1, 2, 255, 254], { dtype: "i16", shape: [2], data: new Int16Array([258, -2]) }],
    [[0, 0, 12, 1, 0, 0, 0, 1, 1, 2, 3, 4], { dtype: "i32", shape: [1], data: new Int32Array([0x01020304]) }],
    [[0, 0, 13, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0], { dtype: "f32", shape: [1], data: new Float32Array([1.5]) }],
    [
      [0, 0, 14, 1, 0, 0, 0, 1, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0],
      { dtype: "f64", shape: [1], data: new Float64Array([1.5]) },
    ],
    [
      [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3],
      { dtype: "u8", shape: [1, 3], data: new Uint8Array([1, 2, 3]) },
    ],
  ];
  for (const [bytes, expected] of cases) assertEquals(parseIdx(new Uint8Array(bytes), "x"), expected);
});

Deno.test("parseIdx() reads what encodeIdx() wrote, for every type and shape", () => {
  fc.assert(
    fc.property(fc.constantFrom(...DTYPES), fc.array(fc.nat(4), { minLength: 1, maxLength: 6 }), (dtype, shape) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const data = new (ARRAYS[dtype].constructor as Float64ArrayConstructor)(length).map((_, i) =>
        ARRAYS[dtype][i % 4]
      );
      assertEquals<unknown>(parseIdx(encodeIdx<IdxDtype>(dtype, shape, data), "x"), { dtype, shape, data });
    }),
  );
});

Deno.test("parseIdx() reads 255 dimensions", () => {
  const shape = Array(255).fill(1);
  assertEquals(parseIdx(encodeIdx("u8", shape, new Uint8Array([7])), "x").shape, shape);
});

Deno.test("parseIdx() reads a dimension above 2147483647", () => {
  const bytes = new Uint8Array([0, 0, 8, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
  assertEquals(parseIdx(bytes, "x").shape, [4294967295, 0]);
});

Deno.test("parseIdx() returns one-byte elements as a view, at any address", () => {
  const memory = new Uint8Array(20);
  memory.set([0, 0, 8, 1, 0, 0, 0, 2, 7, 255], 3);
  const { data } = parseIdx(memory.subarray(3, 13), "x");
  assertEquals(data, new Uint8Array([7, 255]));
  assert(data.buffer === memory.buffer);
  const wide = new Uint8Array(20);
  wide.set([0, 0, 11, 1, 0, 0, 0, 1, 1, 2], 3);
  assertEquals(parseIdx(wide.subarray(3, 13), "x").data, new Int16Array([258]));
});

Deno.test("parseIdx() states the file, the offset, and what it expected and found", () => {
  const cases: [number[], RegExp][] = [
    [[0, 0, 8], /^images: expected an IDX file, which has at least 4 bytes, but found 3/],
    [[0, 1, 8, 1], /found 0x00 0x01\.$/],
    [[0x1f, 0x8b, 8, 0], /found 0x1f 0x8b\. This is gzip/],
    [[0, 0, 10, 1], /expected one of the element types 0x08 \(u8\), .*0x0e \(f64\) at offset 2, but found 0x0a/],
    [[0, 0, 8, 0], /expected 1 to 255 dimensions at offset 3, but found 0/],
    [[0, 0, 8, 2, 0, 0, 0, 1, 0], /expected 2 dimensions, but the file is truncated at offset 9/],
    [[0, 0, 8, 1, 0, 0, 0, 3, 1, 2], /expected 11 bytes \(a header of 8, then u8 \[3\]\), but found 10\..* truncated/],
    [[0, 0, 8, 1, 0, 0, 0, 1, 1, 2], /expected 9 bytes .*found 10\..* bytes after its end at offset 9/],
    [[0, 0, 12, 1, 0, 0, 0, 1, 1, 2, 3], /expected 12 bytes .*found 11/],
    [[0, 0, 8, 2, ...Array(8).fill(255)], /then u8 \[4294967295, 4294967295\]\), but found 12/],
    [[0, 0, 8, 255, ...Array(1020).fill(255)], /expected \S+ bytes .* found 1024/],
  ];
  for (const [bytes, expected] of cases) {
    assertMatch(assertThrows(() => parseIdx(new Uint8Array(bytes), "images"), FormatError).message, expected);
  }
});

Deno.test("the format idx reads shape and elements", () => {
  const { shape, data } = idx.read!(encodeIdx("i16", [2, 1], Int16Array.of(-2, 258)), "x");
  assertEquals<unknown>([shape, data], [[2, 1], Int16Array.of(-2, 258)]);
});
