/**
 * The best epoch, by the validation rows: the one with the highest accuracy, or, where nothing is classified, the lowest
 * loss; the first of several. The test set names no best epoch: it is there to judge what was chosen without it.
 */
import { defineFigure, type FigureDefinition, finalValue, type FinishedRun, type Remark } from "../../define/figure.ts";
import { BATCH_LOSS, TRAINING_DATA } from "./compared_data.ts";

const shared = { source: import.meta.url, from: "evaluation", dependsOn: TRAINING_DATA };

/** The best epoch and its value. A run without validation rows lacks them. */
export const bestFigures: readonly FigureDefinition[] = [
  defineFigure({
    ...shared,
    name: "best.epoch",
    title: "Best epoch",
    about: "Epoch of the highest validation accuracy, or of the lowest validation loss if nothing is classified.",
    form: "count",
    ofRun: (run) => bestOf(run, "accuracy")?.epoch ?? bestOf(run, "loss")?.epoch,
    remark: endingOf,
  }),
  defineFigure({
    ...shared,
    name: "best.validation_accuracy",
    title: "Best validation accuracy",
    about: "Highest validation accuracy of all epochs.",
    form: "percent",
    step: "validation.total",
    better: "higher",
    shownIn: ["summary"],
    ofRun: (run) => bestOf(run, "accuracy")?.value,
    note: (figures) => `epoch ${finalValue(figures, "best.epoch")}`,
  }),
  defineFigure({
    ...shared,
    name: "best.validation_loss",
    title: "Best validation loss",
    about: "Lowest validation loss of all epochs, if nothing is classified.",
    dependsOn: [...TRAINING_DATA, ...BATCH_LOSS],
    form: "number",
    better: "lower",
    shownIn: ["summary"],
    ofRun: (run) => bestOf(run, "accuracy") === null ? bestOf(run, "loss")?.value : undefined,
    note: (figures) => `epoch ${finalValue(figures, "best.epoch")}`,
  }),
];

/** Says why training ended before its last epoch, if it did. */
function endingOf({ epochs, experiment: { pipeline: { train, validate } } }: FinishedRun): Remark | null {
  const rule = validate?.early_stopping as { patience: number; figure: string } | undefined;
  const most = Number(train?.epochs);
  if (rule === undefined || !(epochs < most)) return null;
  const times = rule.patience === 1 ? "1 epoch" : `${rule.patience} epochs`;
  return {
    text: `ended after epoch ${epochs} of ${most}: ${times} without a better validation ${rule.figure}`,
    isGood: true,
  };
}

/** The first epoch with the best value of a figure of the validation rows; null if there is no such figure. */
function bestOf({ figures }: FinishedRun, figure: "accuracy" | "loss"): { epoch: number; value: number } | null {
  const values = figures[`validation.${figure}`] as readonly number[] | undefined;
  if (values === undefined) return null;
  const isBetter = (a: number, b: number) => figure === "accuracy" ? a > b : a < b;
  const epoch = values.reduce((best, value, i) => (isBetter(value, values[best]) ? i : best), 0);
  return { epoch, value: values[epoch] };
}
