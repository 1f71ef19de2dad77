/** Files of NumPy as files of a dataset: .npy and .npz. */
import { mostUnpacked } from "../../../pipeline/define/unpacked_size.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../core/errors.ts";
import type { ExampleFile, NumberArray } from "../../../pipeline/define/format.ts";
import { encodeNpy } from "../../../pipeline/formats/npy.ts";
import { npy, npz } from "../../../pipeline/formats/npy_format.ts";
import { zipEntries } from "../../../pipeline/formats/zip.ts";
import { artifactOf } from "../classifier/in_memory.ts";
import { inPieces } from "./in_pieces.ts";
import { zipOf, type ZipPart } from "./zips.ts";

const FILES: Record<string, string> = JSON.parse(
  Deno.readTextFileSync(new URL("../../golden/numpy.json", import.meta.url)),
);
const numpy = (name: string) => Uint8Array.fromBase64(FILES[name]);
const readNpz = (bytes: Uint8Array) => npz.readExamples!(artifactOf(bytes), "files.data", {}, "class") as ExampleFile;
const fails = (read: () => unknown) => assertThrows(read, FormatError).message;

Deno.test("npy reads the number types of NumPy; only uint8 stays bytes", () => {
  const cases: [name: string, data: NumberArray["data"]][] = [
    ["bool", Int8Array.of(1, 0)],
    ["uint16", Int32Array.of(0, 65535)],
    ["uint32", Float64Array.of(0, 2 ** 32 - 1)],
    ["int64", Int32Array.of(-1, 2 ** 31 - 1)],
    ["int64 of 53 bits", Float64Array.of(-1, 2 ** 53 - 1)],
  ];
  for (const [name, data] of cases) assertEquals(npy.read!(numpy(name), "x"), { shape: [2], data }, name);
  const bytes = encodeNpy("u1", [1, 2], Uint8Array.of(3, 4));
  assertEquals(npy.read!(bytes, "x"), { shape: [1, 2], data: Uint8Array.of(3, 4) });
});

const REFUSED: [name: string, message: string][] = [
  ["int64 of 60 bits", "x: expected integers of at most 2^53, but found 1152921504606846976 at index 1."],
  [
    "big-endian",
    "x: expected one of the element types |b1, |u1, |i1, <u2, <i2, <i4, <u4, <i8, <u8, <f4, <f8, but found >f4.",
  ],
  ["Fortran order", "x: the array is in Fortran order; save it as numpy.ascontiguousarray(array)."],
  [
    "text",
    "x: expected one of the element types |b1, |u1, |i1, <u2, <i2, <i4, <u4, <i8, <u8, <f4, <f8, but found <U3.",
  ],
];
for (const [name, message] of REFUSED) {
  Deno.test(`npy refuses ${name}`, () => assertEquals(fails(() => npy.read!(numpy(name), "x")), message));
}

for (const name of ["savez", "savez_compressed"]) {
  Deno.test(`npz reads training and test set of numpy.${name}`, () => {
    const { examples, test } = readNpz(numpy(name));
    const pixels = Uint8Array.from({ length: 12 }, (_, i) => i);
    assertEquals(examples, {
      features: { shape: [3, 2, 2], data: pixels },
      labels: { shape: [3], data: Int32Array.of(2, 0, 1) },
      arrays: ["x_train", "y_train"],
    });
    assertEquals(test!.features, { shape: [1, 2, 2], data: Uint8Array.of(100, 101, 102, 103) });
    assertEquals(test!.labels, { shape: [1], data: Int32Array.of(1) });
    assertEquals(test!.arrays, ["x_test", "y_test"]);
  });
}

Deno.test("npz reads x and y without a test set, and a column of labels as a list", () => {
  const { examples: { features, labels }, test } = readNpz(numpy("column of labels"));
  assertEquals([features.shape, labels, test], [[3, 3], { shape: [3], data: Uint8Array.of(2, 0, 1) }, undefined]);
});

const array = (name: string): ZipPart => ({ name: `${name}.npy`, bytes: encodeNpy("u1", [2], Uint8Array.of(1, 0)) });

Deno.test("npz says which arrays it expects, and which are missing or broken", () => {
  const forms = "x_train, y_train, x_test, y_test; or train_images, train_labels, test_images, test_labels; or x, y";
  const cases: [parts: ZipPart[], message: string][] = [
    [[array("a"), array("b")], `files.data: expected the arrays ${forms}; but found a.npy, b.npy.`],
    [[], `files.data: expected the arrays ${forms}; but found none.`],
    [
      [array("x_train"), array("y_train"), array("x_test")],
      "files.data, y_test: expected this array beside the others, but there is none.",
    ],
    [
      [array("x"), { name: "y.npy", bytes: Uint8Array.of(1) }],
      "files.data, y: expected an .npy file of version 1.0, which starts with [93 4e 55 4d 50 59 01 00], but found [01].",
    ],
  ];
  for (const [parts, message] of cases) assertEquals(fails(() => readNpz(zipOf(parts))), message);
});

Deno.test("zipEntries() reads stored and deflated entries, and archives with a comment", () => {
  const bytes = new TextEncoder().encode("word ".repeat(99));
  for (const deflated of [false, true]) {
    const archive = zipOf([{ name: "ä/b", bytes, deflated }, array("c")], "made for a test");
    for (const file of [artifactOf(archive), inPieces(archive, 7), inPieces(archive, 200)]) {
      const entry = zipEntries(file, "x").get("ä/b")!;
      assertEquals([entry.size, entry.bytes()], [495, bytes]);
    }
  }
});

Deno.test("zipEntries() refuses what is damaged, cut short, protected, or unpacks to far more than it is", () => {
  const bytes = new TextEncoder().encode("word ".repeat(99));
  const part = { name: "a", bytes, deflated: true };
  const damaged = 'x: the archive is damaged in "a". Create it again.';
  const method =
    'x: expected entries that are stored or deflated, of less than 4 GiB and without a password; not so in "a".';
  const most = mostUnpacked(zipOf([part]).length);
  const cases: [fields: ZipPart["fields"], message: string][] = [
    [{ crc: 1 }, damaged],
    [{ size: 494 }, damaged],
    [{ size: 496 }, damaged],
    [{ size: 0 }, damaged],
    [{ packed: 1000 }, damaged],
    [{ local: 7 }, damaged],
    [{ local: 2 ** 31 }, damaged],
    [{ method: 12 }, method],
    [{ flags: 1 }, method],
    [{ size: 0xffffffff }, method],
    [{ size: 2 ** 30 }, `x: expected at most ${most} bytes for an archive of its size, but found 1073741824 in "a".`],
  ];
  for (const [fields, message] of cases) {
    const archive = zipOf([{ ...part, fields }]);
    assertEquals(fails(() => zipEntries(artifactOf(archive), "x").get("a")!.bytes()), message, JSON.stringify(fields));
  }
  const none = "x: expected a ZIP archive, which has a directory at its end, but found none.";
  const archive = zipOf([part]);
  for (const cut of [archive.slice(0, -1), archive.slice(0, 20), new Uint8Array(0)]) {
    assertEquals(fails(() => zipEntries(artifactOf(cut), "x")), none);
  }
  const [wrongPlace] = [archive.slice()];
  wrongPlace[archive.length - 6]++;
  assertEquals(
    fails(() => zipEntries(artifactOf(wrongPlace), "x")),
    "x: the archive is damaged in its directory. Create it again.",
  );
});
