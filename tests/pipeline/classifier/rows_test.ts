import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { crossEntropy } from "../../../core/losses/cross_entropy.ts";
import { FormatError, ShapeError } from "../../../core/errors.ts";
import { fromArray, scoped, tensor } from "../../../core/tensor/tensor.ts";
import { encodeNpy } from "../../../pipeline/formats/npy.ts";
import { Dataset } from "../../../pipeline/classifier/kinds/dataset_kind.ts";
import { checkFit } from "../../../pipeline/classifier/kinds/model_fit.ts";
import { loadRows, type Rows } from "../../../pipeline/classifier/stages/rows.ts";
import type { Artifact } from "../../../pipeline/engine/stage/kind.ts";
import { artifactOf } from "./in_memory.ts";

const COUNT = 5;
const FEATURES = 7;
const PIXELS = Uint8Array.from({ length: COUNT * FEATURES }, (_, i) => (i * 37) % 256);
const LABELS = Uint8Array.of(3, 1, 4, 1, 9);
/** An affine table with values that are not round numbers. */
const TABLE = Float32Array.from({ length: 256 }, (_, value) => Math.fround(value / 255 - 0.1307) / Math.fround(0.3081));
const VALUES = Float32Array.from(PIXELS, (value) => TABLE[value]);

const labels = artifactOf(encodeNpy("u1", [COUNT], LABELS));
const table = artifactOf(encodeNpy("f4", [256], TABLE));
const noTable = artifactOf(encodeNpy("f4", [0], new Float32Array(0)));
const bytes = artifactOf(encodeNpy("u1", [COUNT, FEATURES], PIXELS));
const floats = artifactOf(encodeNpy("f4", [COUNT, FEATURES], VALUES));

const rowsOf = (images: Artifact, table: Artifact) =>
  loadRows(new Dataset({ train_images: images, train_labels: labels, table }), "train");

/** Gathers `count` rows from `offset` of an order. */
function gather(rows: Rows, order: number[], offset: number, count: number): { x: number[]; labels: number[] } {
  const x = tensor([count, FEATURES]);
  const batchLabels = tensor([count], "uint8");
  rows.gather(x, batchLabels, fromArray(order, [order.length], "int32"), offset);
  return { x: Array.from(x.data), labels: Array.from(batchLabels.data) };
}

function rowOf(row: number): number[] {
  return Array.from(VALUES.subarray(row * FEATURES, (row + 1) * FEATURES));
}

for (const [kind, images, own] of [["bytes", bytes, table], ["floats", floats, noTable]] as const) {
  Deno.test(`loadRows() gathers normalized rows in a given order, with their labels, from ${kind}`, () => {
    scoped(() => {
      const rows = rowsOf(images, own);
      assertEquals([rows.count, rows.features, rows.largestLabel], [COUNT, FEATURES, 9]);
      const batch = gather(rows, [4, 0, 3, 1, 2], 1, 3);
      assertEquals(batch.x, [...rowOf(0), ...rowOf(3), ...rowOf(1)]);
      assertEquals(batch.labels, [3, 1, 1]);
    });
  });
}

Deno.test("loadRows() has the same bits for bytes as the normalize stage for floats", () => {
  scoped(() => {
    const order = [0, 1, 2, 3, 4];
    const [byTable, dense] = [rowsOf(bytes, table), rowsOf(floats, noTable)];
    assertEquals(gather(byTable, order, 0, COUNT), gather(dense, order, 0, COUNT));
  });
});

Deno.test("loadRows() rejects images that are not rows of numbers", () => {
  scoped(() => {
    const cube = artifactOf(encodeNpy("u1", [1, 2, 2], new Uint8Array(4)));
    const whole = artifactOf(encodeNpy("i4", [2, 2], new Int32Array(4)));
    assertThrows(() => rowsOf(cube, table), ShapeError, "the shape [N, D], but have [1, 2, 2]");
    assertThrows(() => rowsOf(whole, table), FormatError, "must be u1 or f4, but are i4");
  });
});

Deno.test("checkFit() accepts a model that fits, and states both sizes otherwise", () => {
  scoped(() => {
    const rows = rowsOf(bytes, table);
    checkFit({ inFeatures: FEATURES, classes: 10 }, rows, crossEntropy);
    const wide = assertThrows(() => checkFit({ inFeatures: 784, classes: 10 }, rows, crossEntropy), ShapeError);
    assertStrictEquals(
      wide.message,
      "The model's first layer expects 784 values, but an example of this dataset has 7. Write linear(7,…) as the first layer.",
    );
    const few = assertThrows(() => checkFit({ inFeatures: FEATURES, classes: 9 }, rows, crossEntropy), ShapeError);
    assertMatch(few.message, /has 9 classes, but the dataset has a label 9\. .* at least 10 wide/);
  });
});

Deno.test("loadRows() names the place of a number that is not finite, in images and in the table", () => {
  scoped(() => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const images = artifactOf(encodeNpy("f4", [COUNT, FEATURES], VALUES.with(2 * FEATURES + 3, value)));
      const place = `train_images: expected finite numbers, but found ${value} at row 2 of 5, position [3]`;
      assertThrows(() => rowsOf(images, noTable), FormatError, place);
      const broken = artifactOf(encodeNpy("f4", [256], TABLE.with(7, value)));
      assertThrows(
        () => rowsOf(bytes, broken),
        FormatError,
        `table: expected finite numbers, but found ${value} at row 7`,
      );
    }
  });
});

Deno.test("mapTrain() names the place of a number that a stage makes NaN or infinite", () => {
  const dataset = new Dataset({ train_images: floats, table: noTable });
  for (const value of [NaN, Infinity, 1e39]) {
    const map = () => dataset.mapTrain((old, i) => (i === FEATURES ? value : old));
    assertThrows(map, FormatError, "the changed train_images: expected finite numbers, but found");
    assertThrows(map, FormatError, "at row 1 of 5, position [0]");
  }
});
