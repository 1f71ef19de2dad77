import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { FormatError } from "../../../core/errors.ts";
import { encodeIdx } from "../formats/encode_idx.ts";
import { decodeJson } from "../../../pipeline/formats/json.ts";
import { decodeNpy, type NpyArray } from "../../../pipeline/formats/npy.ts";
import type { ProducedFile } from "../../../pipeline/engine/stage/kind.ts";
import { FILE_ROLES } from "../../../pipeline/define/dataset.ts";
import { download } from "../../../pipeline/classifier/stages/download.ts";
import { tensorize } from "../../../pipeline/classifier/stages/tensorize.ts";
import golden from "../../golden/data.json" with { type: "json" };
import { artifactOf, bytesOf, paramsOf, runStage, schemaOf } from "./in_memory.ts";

type Inputs = Record<typeof FILE_ROLES[number], Uint8Array<ArrayBuffer>>;

/** Two training images and one test image of 2 x 2 bytes. */
const SMALL: Inputs = {
  train_images: encodeIdx("u8", [2, 2, 2], new Uint8Array([0, 1, 2, 3, 4, 5, 6, 255])),
  train_labels: encodeIdx("u8", [2], new Uint8Array([9, 0])),
  test_images: encodeIdx("u8", [1, 2, 2], new Uint8Array([7, 8, 9, 10])),
  test_labels: encodeIdx("u8", [1], new Uint8Array([3])),
};

function produce(inputs: Partial<Inputs>, params: unknown = {}) {
  const files = Object.entries({ ...SMALL, class_names: new TextEncoder().encode("[]"), ...inputs }).map((
    [role, bytes],
  ) => [role, artifactOf(bytes)]);
  return runStage(tensorize, params, Object.fromEntries(files));
}

async function run(inputs: Partial<Inputs>, params: unknown = {}): Promise<Record<string, NpyArray>> {
  const { example_shape: _, names: __, validation_images: ___, validation_labels: ____, ...produced } = await produce(
    inputs,
    params,
  );
  return Object.fromEntries(
    Object.entries(produced).map(([name, bytes]) => [name, decodeNpy(bytesOf(bytes), name)]),
  );
}

/** The message with which a dataset is rejected. */
async function messageFor(inputs: Partial<Inputs>, params: unknown = {}): Promise<string> {
  return (await assertRejects(() => run(inputs, params), FormatError)).message;
}

function sha256({ data }: NpyArray): string {
  return createHash("sha256").update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex");
}

Deno.test("tensorize keeps bytes as bytes, one image per row", async () => {
  assertEquals(await run({}).then(({ table: _, ...arrays }) => arrays), {
    train_images: { dtype: "u1", shape: [2, 4], data: new Uint8Array([0, 1, 2, 3, 4, 5, 6, 255]) },
    train_labels: { dtype: "u1", shape: [2], data: new Uint8Array([9, 0]) },
    test_images: { dtype: "u1", shape: [1, 4], data: new Uint8Array([7, 8, 9, 10]) },
    test_labels: { dtype: "u1", shape: [1], data: new Uint8Array([3]) },
  });
});

Deno.test("tensorize outputs ToTensor's table, or that of the bytes themselves if scale is none", async () => {
  const unit = (await run({})).table;
  assertEquals([unit.dtype, unit.shape], ["f4", [256]]);
  assertEquals([...unit.data], golden.lut_unit);
  assertEquals(sha256(unit), golden.lut_unit_sha256_f32le);
  const plain = (await run({}, { scale: "none" })).table;
  assertEquals(plain, { dtype: "f4", shape: [256], data: Float32Array.from({ length: 256 }, (_, value) => value) });
});

Deno.test("tensorize converts images of other numbers to float32", async () => {
  const values = [-1, 0, 3, 100];
  const cases = [
    { idx: encodeIdx("i8", [1, 4], new Int8Array(values)), expected: values },
    { idx: encodeIdx("i16", [1, 4], new Int16Array(values)), expected: values },
    { idx: encodeIdx("i32", [1, 4], new Int32Array([...values.slice(1), 16777217])), expected: [0, 3, 100, 16777216] },
    { idx: encodeIdx("f32", [1, 4], new Float32Array([0.5, -0, 1e-45, 3])), expected: [0.5, -0, 1e-45, 3] },
    { idx: encodeIdx("f64", [1, 4], new Float64Array([0.1, 3e38, 1e-300, 3])), expected: [0.1, 3e38, 0, 3] },
  ];
  for (const { idx, expected } of cases) {
    const labels = encodeIdx("u8", [1], new Uint8Array([3]));
    for (const scale of ["unit", "none"]) {
      const { train_images, table } = await run({ train_images: idx, train_labels: labels, test_images: idx }, {
        scale,
      });
      assertEquals(train_images, { dtype: "f4", shape: [1, 4], data: new Float32Array(expected) });
      assertEquals(table, { dtype: "f4", shape: [0], data: new Float32Array(0) });
    }
  }
});

Deno.test("tensorize accepts labels of every integer type", async () => {
  const wide = [
    encodeIdx("i8", [2], new Int8Array([9, 0])),
    encodeIdx("i16", [2], new Int16Array([9, 0])),
    encodeIdx("i32", [2], new Int32Array([9, 0])),
  ];
  for (const train_labels of wide) {
    assertEquals((await run({ train_labels })).train_labels.data, new Uint8Array([9, 0]));
  }
});

Deno.test("tensorize rejects a label that is not a class, and states its position", async () => {
  const labelsOf = (values: number[]) => encodeIdx("i16", [2], new Int16Array(values));
  assertMatch(
    await messageFor({ train_labels: labelsOf([3, 10]) }),
    /^train_labels: expected labels from 0 to 9, but found 10 at row 1 of 2\. .*tensorize\.classes/,
  );
  assertMatch(await messageFor({ train_labels: labelsOf([-1, 0]) }), /found -1 at row 0 of 2/);
  assertMatch(await messageFor({ train_labels: labelsOf([256, 0]) }, { classes: 256 }), /0 to 255, but found 256/);
  assertMatch(await messageFor({}, { classes: 3 }), /expected labels from 0 to 2, but found 9 at row 0 of 2/);
  assertEquals((await run({ train_labels: labelsOf([3, 255]) }, { classes: 256 })).train_labels.data[1], 255);
});

Deno.test("tensorize rejects files that do not belong together", async () => {
  const cases: [Partial<Inputs>, RegExp][] = [
    [
      { train_labels: encodeIdx("u8", [3], new Uint8Array(3)) },
      /train_images has 2 examples, and train_labels 3 labels/,
    ],
    [{ test_labels: encodeIdx("u8", [2], new Uint8Array(2)) }, /test_images has 1 examples, and test_labels 2 labels/],
    [
      { test_images: encodeIdx("u8", [1, 5], new Uint8Array(5)) },
      /of train_images are u8 \[N, 2, 2\], and those of test_images are u8 \[N, 5\]/,
    ],
    [{ test_images: encodeIdx("i8", [1, 4], new Int8Array(4)) }, /train_images are u8 .* test_images are i8/],
  ];
  for (const [inputs, expected] of cases) assertMatch(await messageFor(inputs), expected);
});

Deno.test("tensorize outputs the shape of an image, whatever its dimensions are", async () => {
  for (const shape of [[4], [2, 2], [1, 4], [4, 1], [1, 2, 2], [2, 2, 1], [1, 1, 2, 2]]) {
    const images = { train_images: encodeIdx("u8", [2, ...shape], new Uint8Array(8)) };
    const test = { test_images: encodeIdx("u8", [1, ...shape], new Uint8Array(4)) };
    const { example_shape } = await produce({ ...images, ...test });
    assertEquals(decodeJson<number[]>(example_shape as Uint8Array), shape);
  }
});

Deno.test("tensorize rejects training and test images of another shape, though they have as many values", async () => {
  const cases: [train: number[], test: number[]][] = [
    [[14, 28], [28, 14]],
    [[1, 5, 9], [9, 5]],
    [[1, 5, 9], [5, 9]],
    [[28, 28], [784]],
    [[3, 4, 4], [4, 4, 3]],
  ];
  for (const [train, test] of cases) {
    const images = (rows: number, shape: number[]) =>
      encodeIdx("u8", [rows, ...shape], new Uint8Array(rows * shape.reduce((a, b) => a * b)));
    const message = await messageFor({ train_images: images(2, train), test_images: images(1, test) });
    assertStringIncludes(message, `train_images are u8 [N, ${train.join(", ")}]`);
    assertStringIncludes(message, `test_images are u8 [N, ${test.join(", ")}]`);
  }
});

Deno.test("tensorize rejects numbers that are not finite as float32, and names file, row and position", async () => {
  const cases: (readonly ["f32" | "f64", number, string])[] = [
    ...([["f32", NaN, "NaN"], ["f32", Infinity, "Infinity"], ["f32", -Infinity, "-Infinity"]] as const),
    ...([["f64", NaN, "NaN"], ["f64", -Infinity, "-Infinity"]] as const),
    ...([["f64", 1e300, "1e+300, which is beyond float32"], ["f64", -3.5e38, "-3.5e+38, which"]] as const),
  ];
  for (const [type, value, found] of cases) {
    const arrayOf = (rows: number, at: number) => {
      const values = Array.from({ length: rows * 6 }, (_, i) => (i === at ? value : i));
      const data = type === "f32" ? Float32Array.from(values) : Float64Array.from(values);
      return encodeIdx(type, [rows, 2, 3], data);
    };
    const train = await messageFor({ train_images: arrayOf(2, 11), test_images: arrayOf(1, -1) });
    assertStringIncludes(train, `train_images: expected finite numbers, but found ${found}`);
    assertStringIncludes(train, "at row 1 of 2, position [1, 2] (counted from 0)");
    const test = await messageFor({ train_images: arrayOf(2, -1), test_images: arrayOf(1, 3) });
    assertStringIncludes(test, `test_images: expected finite numbers, but found ${found}`);
    assertStringIncludes(test, "at row 0 of 1, position [1, 0]");
  }
});

Deno.test("tensorize rejects files that are not images or labels", async () => {
  const cases: [Partial<Inputs>, RegExp][] = [
    [{ train_images: encodeIdx("u8", [0, 2, 2], new Uint8Array(0)) }, /^train_images: .* found \[0, 2, 2\]/],
    [{ train_images: encodeIdx("u8", [2, 0], new Uint8Array(0)) }, /^train_images: .* found \[2, 0\]/],
    [{ test_images: encodeIdx("u8", [2], new Uint8Array(2)) }, /^test_images: .* found \[2\]/],
    [{ train_labels: encodeIdx("u8", [2, 1], new Uint8Array(2)) }, /^train_labels: .* found u8 \[2, 1\]/],
    [{ test_labels: encodeIdx("f32", [1], new Float32Array(1)) }, /^test_labels: .* found f32 \[1\]/],
    [{ test_labels: SMALL.test_labels.subarray(0, 8) as Uint8Array<ArrayBuffer> }, /^test_labels: expected 9 bytes/],
  ];
  for (const [inputs, expected] of cases) assertMatch(await messageFor(inputs), expected);
});

Deno.test("tensorize's params reject more classes than uint8 can count", () => {
  for (const classes of [0, 257, 1.5]) assert(!schemaOf(tensorize).safeParse({ classes }).success, String(classes));
  assertEquals<unknown>(paramsOf(tensorize, {}), { scale: "unit", classes: 10 });
});

Deno.test("tensorize outputs MNIST's pixels and labels like torchvision", async () => {
  const files = await runStage(download, {}, {});
  const read = (role: string) => Deno.readFileSync((files[role] as ProducedFile).path);
  const bytes = Object.fromEntries(FILE_ROLES.map((role) => [role, read(role)]));
  const arrays = await run(bytes);

  assertEquals(arrays.train_images.shape, [golden.n_train, 784]);
  assertEquals(arrays.test_images.shape, [golden.n_test, 784]);
  assertEquals(countsOf(arrays.train_labels), golden.label_counts_train);
  assertEquals(countsOf(arrays.test_labels), golden.label_counts_test);
  assertEquals([...arrays.train_labels.data.slice(0, 32)].map(Number), golden.first_labels_train);
  assertEquals([...arrays.test_labels.data.slice(-8)].map(Number), golden.last_labels_test);
  for (const [images, expected] of [["train_images", golden.images], ["test_images", golden.test_images]] as const) {
    for (const { index, crop_6_12 } of expected) {
      assertEquals(cropOf(arrays[images], index), crop_6_12, `${images} ${index}`);
    }
  }
  // Every pixel: the elements are the file's bytes after its header of 16 bytes.
  assertEquals(sha256(arrays.train_images), digestFrom(bytes.train_images, 16));
  assertEquals(sha256(arrays.test_images), digestFrom(bytes.test_images, 16));
});

function countsOf({ data }: NpyArray): number[] {
  const counts = Array(10).fill(0);
  for (const label of data) counts[Number(label)]++;
  return counts;
}

/** Rows and columns 6 to 11 of an image of 28 x 28. */
function cropOf({ data }: NpyArray, index: number): number[][] {
  const rows = [6, 7, 8, 9, 10, 11];
  return rows.map((row) => rows.map((column) => Number(data[index * 784 + row * 28 + column])));
}

function digestFrom(bytes: Uint8Array, offset: number): string {
  return createHash("sha256").update(bytes.subarray(offset)).digest("hex");
}
