import { defineChart } from "../../define/chart.ts";
import { countText, percentText } from "../../text/numbers.ts";

/** The confusion matrix of the last epoch. */
export const confusion = defineChart({
  name: "confusion",
  picture: "png",
  title: "Confusion matrix of the test set",
  about: "Rows: the true class. Columns: the predicted class. Shade: share of the row, on a square-root scale.",
  source: import.meta.url,
  from: "evaluation",
  draw({ figures }) {
    const counts = figures.confusion.at(-1) as number[][];
    const all = counts.flat().reduce((sum, count) => sum + count, 0);
    const correct = counts.reduce((sum, row, c) => sum + row[c], 0);
    return {
      kind: "matrix",
      note: `${countText(correct)} of ${countText(all)} images are classified correctly (${
        percentText(correct / all)
      }).`,
      labels: counts.map((_, c) => String(c)),
      counts,
    };
  },
});
