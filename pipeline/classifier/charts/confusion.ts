import { defineChart } from "../../define/chart.ts";
import { cellsOf, type Confusion, confusionTable, sizeOfConfusion } from "../kinds/confusion_matrix.ts";
import { classText, namesOf } from "../kinds/dataset_names.ts";
import { countText, percentText } from "../../text/numbers.ts";
import { classifies } from "../kinds/run_params.ts";

/** Labels are uint8. */
const MAX_LABELS = 256;

/** The confusion matrix of the last epoch. */
export const confusion = defineChart({
  name: "confusion",
  title: "Confusion matrix of the test set",
  about: "Rows: the true class. Columns: the predicted class. Shade: share of the row, on a square-root scale.",
  source: import.meta.url,
  from: "evaluation",
  when: classifies,
  draw(run) {
    const names = namesOf(run);
    const confusion = run.figures.confusion.at(-1) as Confusion;
    const classes = shownClasses(confusion);
    const counts = confusionTable(confusion, classes);
    const cells = cellsOf(confusion);
    const all = cells.reduce((sum, [, , images]) => sum + images, 0);
    const correct = cells.reduce((sum, [truth, predicted, images]) => truth === predicted ? sum + images : sum, 0);
    return {
      kind: "matrix",
      note: `${countText(correct)} of ${countText(all)} examples are classified correctly ` +
        `(${percentText(correct / all)}).` +
        (classes.length < sizeOfConfusion(confusion) ? " Only the classes of test examples are shown." : ""),
      labels: classes.map((number) => classText(names, number)),
      counts,
    };
  },
});

/** Of a model with more classes than labels can name, those of the test images. */
function shownClasses(confusion: Confusion): number[] {
  const size = sizeOfConfusion(confusion);
  if (size <= MAX_LABELS) return Array.from({ length: size }, (_, c) => c);
  return [...new Set(cellsOf(confusion).map(([truth]) => truth))];
}
