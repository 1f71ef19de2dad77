import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { confusion as chart } from "../../../pipeline/classifier/charts/confusion.ts";
import {
  cellsOf,
  type Confusion,
  confusionOf,
  confusionTable,
  DENSE_CLASSES,
  sizeOfConfusion,
} from "../../../pipeline/classifier/kinds/confusion_matrix.ts";
import { evaluation } from "../../../pipeline/classifier/kinds/json_kinds.ts";
import { classMetrics } from "../../../core/model/metrics.ts";
import type { FinishedRun } from "../../../pipeline/define/figure.ts";
import { encodeJson } from "../../../pipeline/formats/json.ts";
import { artifactOf } from "./in_memory.ts";

/** Images of random true and predicted classes, of few or many. */
const images = fc.integer({ min: 1, max: 400 }).chain((size) => {
  const classes = fc.array(fc.nat(size - 1), { minLength: 60, maxLength: 60 });
  return fc.record({ size: fc.constant(size), truth: classes, predicted: classes });
});

Deno.test("a confusion matrix of any size has the counts of its images, as a table and as cells", () => {
  fc.assert(fc.property(images, ({ size, truth, predicted }) => {
    const expected = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    truth.forEach((t, i) => expected[t][predicted[i]]++);
    const confusion = confusionOf(size, truth, predicted);
    assertStrictEquals(Array.isArray(confusion), size <= DENSE_CLASSES);
    assertEquals(confusionTable(confusion), expected);
    assertStrictEquals(sizeOfConfusion(confusion), size);
    const cells = expected.flatMap((row, t) => row.flatMap((count, p) => count > 0 ? [[t, p, count] as const] : []));
    assertEquals(cellsOf(confusion), cells);
    assertEquals(read({ size, confusion }).confusion, confusion);
  }));
});

Deno.test("confusionTable() returns the part of some classes", () => {
  const confusion = confusionOf(1000, [5, 5, 7, 900], [5, 7, 7, 3]);
  assertEquals(confusionTable(confusion, [5, 7, 900]), [[1, 1, 0], [0, 1, 0], [0, 0, 0]]);
});

Deno.test("an evaluation does not grow with the square of the classes", () => {
  const bytes = (size: number) => {
    const rows = Array.from({ length: 10_000 }, (_, row) => row);
    const confusion = confusionOf(size, rows.map((row) => row % 10), rows.map((row) => row * 7 % size));
    return evaluationOf({ size, confusion }).length;
  };
  assert(bytes(4000) < 2.1 * bytes(2000));
  assert(bytes(65_536) < 1 << 23);
});

Deno.test("an evaluation with a confusion matrix that is none is refused", () => {
  const good = { size: 40, true: [1, 2], predicted: [3, 39], images: [5, 6] };
  read({ size: 40, confusion: good });
  const wrong = [{ ...good, size: 1e9 }, { ...good, true: [1] }, { ...good, predicted: [3, 40] }, [[1], [2]], [], {}];
  for (const confusion of wrong) {
    let message = "";
    try {
      read({ size: 40, confusion: confusion as Confusion });
    } catch (error) {
      message = (error as Error).message;
    }
    assert(message.includes("is not what the stage writes"), JSON.stringify(confusion));
  }
});

Deno.test("the chart of more classes than labels can name has those of the test images", () => {
  const marks = (size: number) =>
    chart.draw({
      has: () => false,
      figures: { confusion: [confusionOf(size, [0, 0, 9], [0, 299, 9])] },
    } as unknown as FinishedRun);
  const { labels, counts, note } = marks(300) as unknown as Record<string, unknown>;
  assertEquals([labels, counts], [["0", "9"], [[1, 0], [0, 1]]]);
  assertStrictEquals(
    note,
    "2 of 3 examples are classified correctly (66.67 %). Only the classes of test examples are shown.",
  );
});

function evaluationOf({ size, confusion }: { size: number; confusion: Confusion }): Uint8Array<ArrayBuffer> {
  const numbers = { accuracy: 0, correct: 0, total: 0, mean_batch_accuracy: 0, loss: null, loss_per_image: null };
  return encodeJson({ epoch: 0, ...numbers, classes: classMetrics(size, []), confusion });
}

function read(of: { size: number; confusion: Confusion }) {
  return evaluation.open({ evaluation: artifactOf(evaluationOf(of)) });
}
