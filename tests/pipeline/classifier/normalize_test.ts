import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects, assertStrictEquals } from "@std/assert";
import { FormatError } from "../../../core/errors.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { decodeJson, encodeJson } from "../../../pipeline/formats/json.ts";
import { decodeNpy, encodeNpy } from "../../../pipeline/formats/npy.ts";
import type { Artifact } from "../../../pipeline/engine/stage/kind.ts";
import { measureBytes, measureColumns } from "../../../pipeline/classifier/stages/moments.ts";
import { normalized } from "../../../pipeline/classifier/kinds/normalized_numbers.ts";
import { normalize } from "../../../pipeline/classifier/stages/normalize.ts";
import { golden } from "../../core/golden.ts";
import { artifactOf, runPlain, schemaOf } from "./in_memory.ts";
import { asFloats, mnist, type Tensorized } from "./mnist.ts";

/** The parts of tests/golden/data.json for this stage. */
interface GoldenData {
  train_exact: { mean: number; std_unbiased: number };
  lut_normalized_0_1307_0_3081: number[];
  lut_normalized_sha256_f32le: string;
  lut_standardized: number[];
}

const GIVEN = { mean: 0.1307, std: 0.3081 };
const data = golden<GoldenData>("data.json");

Deno.test("normalize() outputs torch's table, bit for bit, for given mean and std", async () => {
  const { table } = await runPlain(normalize, GIVEN, mnist(4, 2));
  assertEquals(Array.from(floatsOf(table)), data.lut_normalized_0_1307_0_3081);
  assertStrictEquals(digestOfBytes(bytesOf(floatsOf(table))), data.lut_normalized_sha256_f32le);
});

Deno.test("normalize() passes byte images through", async () => {
  const inputs = mnist(4, 2);
  const outputs = await runPlain(normalize, GIVEN, inputs);
  assertStrictEquals(outputs.train_images, inputs.train_images);
  assertStrictEquals(outputs.test_images, inputs.test_images);
});

Deno.test("normalize() outputs the moments it used, and whether they were measured", async () => {
  const given = await runPlain(normalize, GIVEN, mnist(4, 2));
  assertEquals(decodeJson(given.moments.bytes()), { ...GIVEN, measured: false });
  const measured = await runPlain(normalize, {}, mnist(4, 2));
  assertStrictEquals(decodeJson<{ measured: boolean }>(measured.moments.bytes()).measured, true);
});

Deno.test("normalize() measures only the training set, in float64", async () => {
  const { moments, table } = await runPlain(normalize, {}, mnist());
  const { mean, std } = decodeJson<{ mean: number; std: number }>(moments.bytes());
  assertStrictEquals(mean, data.train_exact.mean);
  assertStrictEquals(mean, 0.13066047627384286);
  assertStrictEquals(std, data.train_exact.std_unbiased);
  assertStrictEquals(std, 0.3081078071314181);

  // The golden table uses torch's float32 measurement of the std, off by 5e-8: values differ by up to two ulps.
  floatsOf(table).forEach((value, byte) => {
    const expected = data.lut_standardized[byte];
    assertAlmostEquals(value, expected, 2.5e-7 * Math.abs(expected), `byte ${byte}`);
  });
});

Deno.test("normalize() ignores the test set for its measurement", async () => {
  const inputs = mnist(64, 32);
  const { moments, table } = await runPlain(normalize, {}, inputs);
  const white = artifactOf(encodeNpy("u1", [32, 784], new Uint8Array(32 * 784).fill(255)));
  const other = await runPlain(normalize, {}, { ...inputs, test_images: white });
  assertStrictEquals(other.moments.digest, moments.digest);
  assertStrictEquals(other.table.digest, table.digest);
});

Deno.test("normalize() normalizes float test images by the training set's moments", async () => {
  const floats = asFloats(mnist(64, 32));
  const { moments, test_images } = await runPlain(normalize, {}, floats);
  const { mean, std } = decodeJson<{ mean: number; std: number }>(moments.bytes());
  const own = measureAll(floatsOf(floats.test_images));
  const shifted = measureAll(floatsOf(test_images));
  assertAlmostEquals(shifted.mean, (own.mean - mean) / std, 1e-6);
  assertAlmostEquals(shifted.std, own.std / std, 1e-6);
  assert(Math.abs(shifted.mean) > 1e-3, "the test set must not be centred: that would mean it was measured");
});

for (const [name, params] of [["given", GIVEN], ["measured on the bytes", null]] as const) {
  Deno.test(`normalize() outputs the same bits for float images as for bytes, with moments ${name}`, async () => {
    const bytes = mnist(32, 16);
    const used = params ?? momentsOf(bytes);
    const byTable = await runPlain(normalize, params ?? {}, bytes);
    const dense = await runPlain(normalize, used, asFloats(bytes));
    const table = floatsOf(byTable.table);
    for (const split of ["train_images", "test_images"] as const) {
      const pixels = decodeNpy(bytes[split].bytes(), split).data as Uint8Array;
      assertEquals(bytesOf(floatsOf(dense[split])), bytesOf(Float32Array.from(pixels, (value) => table[value])));
    }
    assertStrictEquals(dense.table.size, asFloats(bytes).table.size, "float images have no table");
  });
}

Deno.test("normalize() rejects training images with a single value if it must measure them", async () => {
  const flat = { ...mnist(4, 2), train_images: artifactOf(encodeNpy("u1", [4, 784], new Uint8Array(4 * 784).fill(7))) };
  const inputs: Record<string, Tensorized> = { bytes: flat, floats: asFloats(flat) };
  for (const [kind, images] of Object.entries(inputs)) {
    const error = await assertRejects(() => runPlain(normalize, {}, images), FormatError);
    assertMatch(error.message, /the same.*Set mean and std/, kind);
  }
  await runPlain(normalize, GIVEN, flat);
});

for (const [name, params] of [["given", GIVEN], ["measured", {}]] as const) {
  Deno.test(`normalize() names the place of a number that is not finite, with moments ${name}`, async () => {
    const images = asFloats(mnist(4, 2));
    for (const part of ["train_images", "test_images"] as const) {
      for (const value of [NaN, Infinity, -Infinity]) {
        const pixels = Float32Array.from(floatsOf(images[part]));
        pixels[784 + 5] = value;
        const broken = { ...images, [part]: artifactOf(encodeNpy("f4", [pixels.length / 784, 784], pixels)) };
        const { message } = await assertRejects(() => runPlain(normalize, params, broken), FormatError);
        assertMatch(message, new RegExp(`^${part}: .* found ${value} at row 1 of \\d, position \\[5\\]`));
      }
    }
  });
}

Deno.test("normalize() measures each column of a table, and leaves one of equal numbers at zero", async () => {
  const table = (values: number[]) => artifactOf(encodeNpy("f4", [values.length / 3, 3], Float32Array.from(values)));
  const outputs = await runPlain(normalize, {}, {
    ...asFloats(mnist(4, 2)),
    train_images: table([1, 4000, 7, 2, 5000, 7, 6, 3000, 7]),
    test_images: table([3, 4500, 8]),
    example_shape: artifactOf(encodeJson([3])),
  });
  const std = Math.sqrt((4 + 1 + 9) / 2);
  assertEquals(decodeJson(outputs.moments.bytes()), { mean: [3, 4000, 7], std: [std, 1000, 1], measured: true });
  const train = [-2 / std, 0, 0, -1 / std, 1, 0, 3 / std, -1, 0].map(Math.fround);
  floatsOf(outputs.train_images).forEach((value, i) => assertAlmostEquals(value, train[i], 1e-6));
  assertEquals(Array.from(floatsOf(outputs.test_images)), [0, 0.5, 1]);
});

Deno.test("normalize() takes lists of the moments of columns, and refuses those of other columns", async () => {
  const table = (...values: number[]) => artifactOf(encodeNpy("f4", [values.length / 2, 2], Float32Array.from(values)));
  const inputs = {
    ...asFloats(mnist(4, 2)),
    ...{ train_images: table(1, 10, 3, 30), test_images: table(5, 50), example_shape: artifactOf(encodeJson([2])) },
  };
  const lists = { mean: [1, 10], std: [2, 20] };
  const outputs = await runPlain(normalize, lists, inputs);
  assertEquals(Array.from(floatsOf(outputs.test_images)), [2, 2]);
  assertEquals(decodeJson(outputs.moments.bytes()), { ...lists, measured: false });
  const refused = async (params: object, parts = inputs) =>
    (await assertRejects(() => runPlain(normalize, params, parts), FormatError)).message;
  const start = "normalize.mean and normalize.std: expected ";
  assertEquals(
    await refused({ mean: [1, 1, 1], std: [1, 1, 1] }),
    `${start}2 numbers, one for each column, but found lists of 3.`,
  );
  assertEquals(
    await refused(lists, mnist(4, 2)),
    `${start}a number, because examples are bytes, but found lists of 2.`,
  );
});

Deno.test("normalize() measures the columns of a table that comes in pieces", () => {
  const rows = Float32Array.from({ length: 30 }, (_, i) => i % 3 * 100 + i);
  const pieces = [0, 4, 5, 17, 30].map((end, i, ends) => rows.subarray(ends[i - 1] ?? 0, end));
  assertEquals(measureColumns(() => pieces, 3), measureColumns(() => [rows], 3));
  const moments = { mean: [1, 2, 3], std: [4, 5, 6] };
  const part = normalized(rows.subarray(4), moments, String, 4);
  assertEquals(part, normalized(rows, moments, String).subarray(4));
});

Deno.test("normalize() names the number that its moments make infinite", async () => {
  const images = asFloats(mnist(4, 2));
  const pixels = Float32Array.from(floatsOf(images.test_images));
  pixels[3] = 3e38;
  const large = { ...images, test_images: artifactOf(encodeNpy("f4", [2, 784], pixels)) };
  const { message } = await assertRejects(() => runPlain(normalize, { mean: 0, std: 0.01 }, large), FormatError);
  assertMatch(
    message,
    /^test_images: the number at row 0 of 2, position \[3\].* becomes Infinity with mean 0 and std 0\.01/,
  );
  const tiny = { mean: 0, std: 1e-39 };
  const bytes = await assertRejects(() => runPlain(normalize, tiny, mnist(4, 2)), FormatError);
  assertMatch(bytes.message, /^the value of byte \d+, .* becomes Infinity with mean 0 and std 1e-39/);
});

Deno.test("normalize() rejects measured moments that float32 cannot divide by", async () => {
  const images = asFloats(mnist(4, 2));
  const measured = async (values: number[]) => {
    const train_images = artifactOf(encodeNpy("f4", [values.length, 1], Float32Array.from(values)));
    return (await assertRejects(() => runPlain(normalize, {}, { ...images, train_images }), FormatError)).message;
  };
  assertMatch(
    await measured([0, 1.4e-45, 0, 0, 0, 0, 0, 0, 0, 0]),
    /deviation of the training examples is \S+e-46, .*Set mean/,
  );
  assertMatch(await measured([3.4e38, -3.4e38]), /deviation of the training examples is 4\.\d+e\+38, .*Set mean/);
  assertMatch(await measured([7]), /deviation of the training examples is NaN/);
});

Deno.test("normalize.params rejects a mean without a std, a std without a mean, and a std that is not above 0", () => {
  for (const params of [{ mean: 0.1307 }, { std: 0.3081 }]) {
    const { error } = schemaOf(normalize).safeParse(params);
    assertMatch(error!.message, /mean and std belong together/);
  }
  for (const params of [{ mean: [1, 2], std: [1] }, { mean: 1, std: [1] }]) {
    assertMatch(schemaOf(normalize).safeParse(params).error!.message, /a number each, or lists of the same length/);
  }
  assert(!schemaOf(normalize).safeParse({ mean: [1, 2], std: [1, 0] }).success);
  for (const std of [0, -1]) assert(!schemaOf(normalize).safeParse({ mean: 0, std }).success, `std ${std}`);
  for (const [mean, std] of [[0, 1e-50], [0, 1e39], [1e39, 1], [-1e39, 1]]) {
    assertMatch(schemaOf(normalize).safeParse({ mean, std }).error!.message, /infinite as float32/, `${mean} ${std}`);
  }
  assert(schemaOf(normalize).safeParse({}).success);
});

Deno.test("measureBytes() is exact for numbers with which floats would lose digits", () => {
  const values = new Uint8Array(1_000_003).fill(255);
  values[0] = 254;
  const n = values.length;
  const { mean, std } = measureBytes([values], 1);
  assertStrictEquals(mean, (255 * n - 1) / n);
  // One value is one less than the others: the unbiased variance is 1 / n.
  assertAlmostEquals(std, Math.sqrt(1 / n), 1e-18);
});

Deno.test("measureBytes() and measureColumns() agree on the same numbers", () => {
  const bytes = decodeNpy(mnist(256, 1).train_images.bytes(), "images").data as Uint8Array;
  const [exact, summed] = [measureBytes([bytes], 1), measureAll(Float32Array.from(bytes))];
  assertAlmostEquals(summed.mean, exact.mean, 1e-9);
  assertAlmostEquals(summed.std, exact.std, 1e-9);
});

/** The moments of numbers that are no table. */
function measureAll(values: Float32Array) {
  const { mean: [mean], std: [std] } = measureColumns(() => [values], 1);
  return { mean, std };
}

function momentsOf(data: Tensorized) {
  return measureBytes([decodeNpy(data.train_images.bytes(), "images").data as Uint8Array], 255);
}

function floatsOf(artifact: Artifact): Float32Array {
  return decodeNpy(artifact.bytes(), "floats").data as Float32Array;
}

function bytesOf(floats: Float32Array): Uint8Array {
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}
