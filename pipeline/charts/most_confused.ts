/** What of a confusion matrix can be read: all of a small one, the most confused classes of a large one. */
import type { Matrix } from "./marks.ts";
import { countText } from "../text/numbers.ts";

/** More classes than these would overlap, or fill a picture of many pages. */
export const MAX_CLASSES = 30;

/** A matrix as it is drawn. The shares are those of the whole matrix. */
export interface ShownMatrix extends Matrix, ReturnType<typeof matrixShares> {}

/** The matrix of the classes with the most mistakes, in their order; its note says how many are left out. */
export function mostConfused(matrix: Matrix): ShownMatrix {
  const { labels, counts, note } = matrix;
  const shares = matrixShares(counts);
  if (labels.length <= MAX_CLASSES) return { ...matrix, ...shares };
  const mistakes = counts.map((row, c) =>
    row.reduce((sum, count, other) => sum + (other === c ? 0 : count + counts[other][c]), 0)
  );
  const shown = labels.map((_, c) => c).sort((a, b) => mistakes[b] - mistakes[a] || a - b).slice(0, MAX_CLASSES)
    .sort((a, b) => a - b);
  const among = <V>(values: readonly V[]) => shown.map((c) => values[c]);
  const omitted = `Only the ${MAX_CLASSES} most confused of ${countText(labels.length)} classes are shown; ` +
    `${countText(labels.length - MAX_CLASSES)} are left out. Shares count all classes.`;
  return {
    kind: "matrix",
    note: note === undefined ? omitted : `${note} ${omitted}`,
    labels: among(labels),
    counts: among(counts).map(among),
    cells: among(shares.cells).map(among),
    recall: among(shares.recall),
    precision: among(shares.precision),
  };
}

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
