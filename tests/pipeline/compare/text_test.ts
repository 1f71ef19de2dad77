import { assertEquals } from "@std/assert";
import { estimate } from "../../../pipeline/compare/statistics.ts";
import { differenceText, estimateText, pValueText } from "../../../pipeline/compare/comparison_table.ts";
import { figureText } from "../../../pipeline/text/numbers.ts";
import { flatParams, paramText } from "../../../pipeline/text/param_text.ts";

const percent = { form: "percent" } as const;
const number = { form: "number" } as const;

Deno.test("estimateText() writes two digits of the interval, and no more of the mean", () => {
  // The half widths are t(0.975, n - 1) s / sqrt(n): 4.303 × 0.01 / 1.732 = 0.0248 for the first.
  assertEquals(estimateText(estimate([0.9, 0.91, 0.92]), percent), "91.0 ± 2.5 %");
  assertEquals(estimateText(estimate([0.9677, 0.9678, 0.9679]), percent), "96.78 ± 0.02 %");
  assertEquals(estimateText(estimate([0.2, 0.9]), percent), "55 ± 445 %");
  assertEquals(estimateText(estimate([400, 500, 450]), number), "450 ± 124");
  assertEquals(estimateText(estimate([1.25, 1.5, 1.75]), number), "1.50 ± 0.62");
  assertEquals(estimateText(estimate([1e-9, 2e-9, 3e-9]), number), "2e-9 ± 2.5e-9");
});

Deno.test("estimateText() writes a single value, equal ones, and none", () => {
  assertEquals(estimateText(estimate([0.9678]), percent), "96.78 %");
  assertEquals(estimateText(estimate([10, 10]), number), "10 ± 0");
  assertEquals(estimateText(estimate([0.5, 0.5]), percent), "50.00 ± 0 %");
  assertEquals(estimateText(null, number), "–");
  assertEquals(figureText(null, "percent"), "–");
  assertEquals(figureText(0.123456, "number"), "0.1235");
  assertEquals(figureText(23860, "count"), "23,860");
});

Deno.test("differenceText() has a sign, but not for zero", () => {
  assertEquals(differenceText(0.0968, 0.061, percent), "+9.7");
  assertEquals(differenceText(-0.0968, 0.0003, percent), "-9.68");
  assertEquals(differenceText(-0.00001, 0.01, percent), "0.0");
  assertEquals(differenceText(null, 0, percent), "–");
});

Deno.test("pValueText() never says that p is 0", () => {
  assertEquals([0, 1e-5, 0.0012, 0.0117, 1, null].map(pValueText), [
    "< 0.0001",
    "< 0.0001",
    "0.0012",
    "0.012",
    "1.000",
    "–",
  ]);
});

Deno.test("paramText() writes lists with arrows, words bare, and what is not there", () => {
  assertEquals(paramText(["linear(784,10)", "softmax"]), "linear(784,10) → softmax");
  assertEquals([paramText("sgd"), paramText(0.1), paramText(null), paramText(undefined)], ["sgd", "0.1", "null", "–"]);
});

Deno.test("flatParams() names values by their paths, and leaves out what is undefined", () => {
  assertEquals(flatParams({ a: 1, b: { c: [2, 3], d: undefined, e: { f: null } } }), [["a", 1], ["b.c", [2, 3]], [
    "b.e.f",
    null,
  ]]);
});
