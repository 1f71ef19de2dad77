import { assertEquals } from "@std/assert";
import { mostWrong } from "../../../../pipeline/classifier/charts/single_predictions.ts";

const prediction = (row: number, label: number, probabilities: number[]) => ({
  row,
  label,
  predicted: probabilities.indexOf(Math.max(...probabilities)),
  probabilities: Float32Array.from(probabilities),
});

Deno.test("mostWrong() puts the surest wrong ones first, then the smaller true probability, then the row", () => {
  const all = [
    prediction(0, 0, [0.9, 0.1, 0]),
    prediction(1, 1, [0.7, 0.2, 0.1]),
    prediction(2, 1, [0.8, 0.15, 0.05]),
    prediction(3, 2, [0.8, 0.15, 0.05]),
    prediction(4, 2, [0.8, 0.15, 0.05]),
  ];
  assertEquals(mostWrong(all).map(({ row }) => row), [3, 4, 2, 1]);
  assertEquals(all.map(({ row }) => row), [0, 1, 2, 3, 4], "the list itself stays as it was");
});

Deno.test("mostWrong() finds none where all are right", () => {
  assertEquals(mostWrong([prediction(0, 0, [1, 0])]), []);
  assertEquals(mostWrong([]), []);
});

Deno.test("mostWrong() tells probabilities apart that are written alike", () => {
  const [less, more] = [prediction(0, 1, [0.999991, 0.000009]), prediction(1, 1, [0.999992, 0.000008])];
  assertEquals(mostWrong([less, more]).map(({ row }) => row), [1, 0]);
});
