import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  canonicalJson,
  digestOfBytes,
  digestOfPlain,
  type Plain,
  startDigest,
} from "../../../pipeline/engine/store/digest.ts";

// Seeded: every run checks the same values.
const RUNS = { seed: 1, numRuns: 300 };
const plain = fc.jsonValue({ noUnicodeString: false }).map((value) => value as Plain);

/** The same data with other orders of keys. */
function reversed(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Record<string, Plain>).reverse();
  return Object.fromEntries(entries.map(([name, field]) => [name, reversed(field)]));
}

Deno.test("digestOfBytes() gives SHA-256 (FIPS 180-4, examples)", () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  assertEquals(digestOfBytes(encode("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assertEquals(digestOfBytes(encode("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

Deno.test("startDigest() digests all chunks together", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (pieces) => {
      const digest = startDigest();
      for (const piece of pieces) digest.update(piece);
      assertEquals(digest.digest("hex"), digestOfBytes(new Uint8Array(pieces.flatMap((piece) => [...piece]))));
    }),
    RUNS,
  );
});

Deno.test("canonicalJson() is JSON with the same data", () => {
  fc.assert(fc.property(plain, (value) => assertEquals(JSON.parse(canonicalJson(value)), value)), RUNS);
});

Deno.test("canonicalJson() does not depend on the order of keys", () => {
  fc.assert(fc.property(plain, (value) => assertEquals(canonicalJson(reversed(value)), canonicalJson(value))), RUNS);
});

Deno.test("canonicalJson() is the same after parsing", () => {
  const throughFile = (value: Plain) => JSON.parse(JSON.stringify(value, null, 1));
  fc.assert(fc.property(plain, (value) => assertEquals(canonicalJson(throughFile(value)), canonicalJson(value))), RUNS);
});

Deno.test("digestOfPlain() differs if the data differs", () => {
  fc.assert(
    fc.property(plain, plain, (a, b) => {
      assertEquals(digestOfPlain(a) === digestOfPlain(b), JSON.stringify(reversed(a)) === JSON.stringify(reversed(b)));
    }),
    RUNS,
  );
  const alike: Plain[] = [
    null,
    false,
    0,
    "",
    "0",
    "null",
    [],
    {},
    [[]],
    [null],
    { a: null },
    { a: [] },
    [0],
    ["0"],
    {
      "": 0,
    },
    { a: 1, b: 2 },
    { a: 2, b: 1 },
    { "a:1,b": 2 },
    [1, 2],
    [2, 1],
    [[1], 2],
    [1, [2]],
    12,
    "a",
    { a: "a" },
  ];
  assertEquals(new Set(alike.map(digestOfPlain)).size, alike.length);
});

Deno.test("canonicalJson() sorts keys, omits undefined fields and has no spaces", () => {
  assertEquals(
    canonicalJson({ b: [1, { d: undefined, c: "x y" }], a: null, e: undefined }),
    '{"a":null,"b":[1,{"c":"x y"}]}',
  );
  assertEquals(canonicalJson({ 10: 1, 9: 2, Z: 3, a: 4, é: 5 }), '{"10":1,"9":2,"Z":3,"a":4,"é":5}');
  assertEquals(canonicalJson([1e21, 1e-7, 0.1, -0, 1e-10]), "[1e+21,1e-7,0.1,0,1e-10]");
});

Deno.test("canonicalJson() throws for a number that JSON cannot represent", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    assertThrows(() => canonicalJson({ lr: [value] }), TypeError, `Cannot digest the number ${value}`);
  }
});

Deno.test("digestOfPlain() distinguishes neighbouring numbers", () => {
  const next = new Float64Array([0.1]);
  new BigUint64Array(next.buffer)[0]++;
  assertNotEquals(digestOfPlain(0.1), digestOfPlain(next[0]));
});
