/** The shares that both renderers show of a confusion matrix. */
import type { Matrix } from "./marks.ts";

/** Each count as a share of its row (0 in an empty one), and each class's recall and precision (NaN for none). */
export function matrixShares(counts: Matrix["counts"]) {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const rows = counts.map(sum);
  return {
    cells: counts.map((row, t) => row.map((count) => (rows[t] === 0 ? 0 : count / rows[t]))),
    recall: counts.map((row, c) => row[c] / rows[c]),
    precision: counts.map((row, c) => row[c] / sum(counts.map((other) => other[c]))),
  };
}
