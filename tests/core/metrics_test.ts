import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { argmaxOf, classMetrics, countClamped, countCorrect, meanBatchAccuracy } from "../../core/model/metrics.ts";
import { fromArray, scoped } from "../../core/tensor/tensor.ts";
import { golden } from "./golden.ts";

// deno-lint-ignore no-explicit-any -- a golden file.
const TOYS = golden<any>("toys.json");

Deno.test("argmaxOf() and countCorrect() agree with PyTorch on the golden batch", () => {
  scoped(() => {
    const { probs, y, accuracy, argmax: expected } = TOYS.accuracy;
    const values = fromArray(probs.flat(), [probs.length, 10]);
    assertEquals(probs.map((row: number[]) => argmaxOf(row)), expected);
    assertEquals(countCorrect(values, fromArray(y, [y.length], "uint8")) / y.length, accuracy);
  });
});

Deno.test("argmaxOf() returns the index of the first of equal values", () => {
  assertEquals(argmaxOf([1, 3, 3, 2]), 1);
});

Deno.test("argmaxOf() returns the index of the first NaN, as torch.argmax does", () => {
  assertEquals(argmaxOf([1, NaN, 3, NaN]), 1);
  assertEquals(argmaxOf([NaN, 3]), 0);
});

Deno.test("argmaxOf() reads `count` values from `start` on, and returns an index from `start`", () => {
  assertEquals(argmaxOf([9, 1, 5, 3, 9], 1, 3), 1);
  assertEquals(argmaxOf([9, 1, 5, 3, 9], 1), 3);
});

Deno.test("countCorrect() counts the rows whose argmax is the label, including ties and NaN", () => {
  const values = fc.constantFrom(0, 1, 2, NaN);
  const rows = fc.array(fc.record({ p: fc.array(values, { minLength: 4, maxLength: 4 }), label: fc.nat(3) }), {
    minLength: 1,
  });
  fc.assert(fc.property(rows, (rows) =>
    scoped(() => {
      const p = fromArray(rows.flatMap((row) => row.p), [rows.length, 4]);
      const expected = rows.filter(({ label }, row) => argmaxOf(p.data, row * 4, 4) === label).length;
      assertEquals(countCorrect(p, fromArray(rows.map(({ label }) => label), [rows.length], "uint8")), expected);
    })));
});

Deno.test("countClamped() counts labels with a probability below the clamp, excluding the bound itself", () => {
  scoped(() => {
    const clamp = 1e-10;
    const below = Math.fround(clamp) * (1 - 2 ** -24);
    const p = fromArray([clamp, 1, 0, 1, below, 1, 1, 0, 1.0000001, 0, NaN, 1], [6, 2]);
    assertEquals(countClamped(p, fromArray([0, 0, 0, 0, 0, 0], [6], "uint8"), clamp), 2);
    assertEquals(countClamped(p, fromArray([0, 0, 0, 1, 1, 0], [6], "uint8"), clamp), 4);
    assertEquals(countClamped(p, fromArray([0, 0, 0, 0, 0, 0], [6], "uint8"), 0), 0);
  });
});

Deno.test("meanBatchAccuracy() is the article's validate_epoch, not correct / total", () => {
  const { correct, batch_sizes, accuracy } = TOYS.validate_epoch_rounding;
  assertEquals(meanBatchAccuracy(correct, batch_sizes), accuracy);
});

Deno.test("meanBatchAccuracy() rounds a tie to the even digit, as Python's round does", () => {
  assertEquals(meanBatchAccuracy([29], [32]), 0.9062); // 0.90625
  assertEquals(meanBatchAccuracy([31], [32]), 0.9688); // 0.96875
});

Deno.test("classMetrics() returns precision, recall and support, and null instead of a division by 0", () => {
  // Class 2 has no example and class 1 is never predicted.
  assertEquals(classMetrics(3, [[0, 0, 3], [0, 2, 1], [1, 0, 2]]), [
    { class: 0, precision: 0.6, recall: 0.75, support: 4 },
    { class: 1, precision: null, recall: 0, support: 2 },
    { class: 2, precision: 0, recall: null, support: 0 },
  ]);
});
