import { assertEquals } from "@std/assert";
import { worstMistakes } from "../../../pipeline/results/mistakes.ts";

const prediction = (row: number, label: number, probabilities: number[]) => ({
  row,
  label,
  predicted: probabilities.indexOf(Math.max(...probabilities)),
  probabilities,
});

Deno.test("worstMistakes() puts the surest wrong ones first, then the smaller true probability, then the row", () => {
  const all = [
    prediction(0, 0, [0.9, 0.1, 0]),
    prediction(1, 1, [0.7, 0.2, 0.1]),
    prediction(2, 1, [0.8, 0.15, 0.05]),
    prediction(3, 2, [0.8, 0.15, 0.05]),
    prediction(4, 2, [0.8, 0.15, 0.05]),
  ];
  assertEquals(worstMistakes(all, 9).map(({ row }) => row), [3, 4, 2, 1]);
  assertEquals(worstMistakes(all, 2).map(({ row }) => row), [3, 4]);
  assertEquals(all.map(({ row }) => row), [0, 1, 2, 3, 4], "the list itself stays as it was");
});

Deno.test("worstMistakes() finds none where all are right", () => {
  assertEquals(worstMistakes([prediction(0, 0, [1, 0])], 12), []);
  assertEquals(worstMistakes([], 12), []);
});
