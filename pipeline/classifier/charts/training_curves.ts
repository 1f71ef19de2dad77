/** Curves over the epochs: loss, accuracy, and signs of a model that stalls. */
import { curve } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { named } from "../../define/library.ts";
import { percentText } from "../../text/numbers.ts";
import { type Confusion, sizeOfConfusion } from "../kinds/confusion_matrix.ts";
import { clamps, classifies, paramsOf } from "../kinds/run_params.ts";

/** The loss over the epochs: in validation if there are validation rows, or else on the test set; and in training. */
export const loss = defineChart({
  name: "loss",
  title: "Loss",
  about: "Training: mean over the epoch's batches, while the weights are changing. The other curve: after each epoch.",
  source: import.meta.url,
  when: ({ experiment }) => "train" in experiment.pipeline,
  live: true,
  draw({ figures, experiment, library }) {
    const { loss, batchSize } = paramsOf(experiment);
    const reduction = named(library.losses, loss.name).reduction(loss);
    const per = reduction === "sum" ? `, summed over a batch of ${batchSize}` : ", mean over the rows";
    const training = curve("training", figures.train_loss);
    const look = { label: loss.name + per, unit: "number" } as const;
    const validation = figures["validation.loss"];
    if (validation === undefined) {
      return {
        kind: "lines",
        panels: [{ ...look, series: [curve("test (not for choosing)", figures.loss), training] }],
      };
    }
    // Where there is an accuracy, its chart shows the best epoch.
    const best = figures["validation.accuracy"] === undefined ? { best: "lowest" } as const : {};
    return { kind: "lines", panels: [{ ...look, ...best, series: [curve("validation", validation), training] }] };
  },
});

const ON_TEST =
  "An epoch or a setting that is chosen by the test set looks better than it is: choose by validation rows, " +
  "which a split draws. The mean of the batches gives a short last batch the same weight as the others.";

/** The accuracy over the epochs: in validation if there are validation rows, or else on the test set; and in training. */
export const accuracy = defineChart({
  name: "accuracy",
  title: "Accuracy",
  about: "Share of examples classified correctly.",
  source: import.meta.url,
  when: classifies,
  live: true,
  draw({ figures }) {
    const training = curve("training", figures.train_accuracy);
    const validation = figures["validation.accuracy"];
    const look = { label: "accuracy", unit: "percent", most: 1, enlarge: true } as const;
    if (validation !== undefined) {
      const series = [curve("validation", validation), training];
      const note = [...summaryOf("Validation", series[0].values), ...testNote(figures.accuracy)].join(" ");
      return { kind: "lines", ...(note === "" ? {} : { note }), panels: [{ ...look, best: "highest", series }] };
    }
    const test = curve("test (not for choosing)", figures.accuracy);
    const batches = curve("test, mean of the batches", figures.mean_batch_accuracy);
    const note = summaryOf("Test", test.values).map((summary) => `${summary} ${ON_TEST}`).join("");
    return {
      kind: "lines",
      ...(note === "" ? {} : { note }),
      panels: [{ ...look, series: [test, training, batches] }],
    };
  },
});

function summaryOf(set: string, values: readonly (number | null)[]): string[] {
  const last = values.findLastIndex((value) => value !== null);
  const untrained = `untrained ${percentText(values[0])}`;
  if (last < 0) return [];
  return last === 0 ? [`${set}: ${untrained}.`] : [`${set}: final ${percentText(values[last])}, ${untrained}.`];
}

/** Known at the end of a run. */
function testNote([accuracy]: readonly unknown[] = []): string[] {
  return typeof accuracy === "number" ? [`Test, after the last epoch: ${percentText(accuracy)}.`] : [];
}

/** Signs of a model that stalls: samples whose loss is clamped, and classes that are no longer predicted. */
export const clamped = defineChart({
  name: "clamped",
  title: "Clamped samples and predicted classes",
  about: "A training sample whose label has a probability below the loss's clamp has no gradient. A class that is no " +
    "longer predicted rarely comes back.",
  source: import.meta.url,
  when: clamps,
  live: true,
  draw({ figures }) {
    const clamped = curve("clamped training samples", figures.train_clamped);
    const [set, accuracy, classesPredicted] = figures["validation.accuracy"] === undefined
      ? ["test", figures.accuracy, figures.classes_predicted]
      : ["validation", figures["validation.accuracy"], figures["validation.classes_predicted"]];
    const predicted = curve(`classes predicted on the ${set} set`, classesPredicted);
    const confusion = figures.confusion?.at(-1) as Confusion | undefined;
    const most = confusion && sizeOfConfusion(confusion);
    const [share, classes] = [clamped, predicted].map(({ values }) =>
      values.findLast((value) => value !== null) ?? null
    );
    const note = share === null ? {} : {
      note: `After the last epoch, ${percentText(share)} of the training samples are clamped, and ` +
        `${classes ?? "–"} of ${most ?? "–"} classes are predicted.`,
    };
    return {
      kind: "lines",
      ...note,
      panels: [
        { label: "share", unit: "percent", most: 1, series: [curve(`${set} accuracy`, accuracy), clamped] },
        { label: "classes predicted", unit: "count", most, series: [predicted] },
      ],
    };
  },
});
