/** Charts of figures over the epochs. */
import { curve } from "../../charts/marks.ts";
import { type ChartDefinition, defineChart } from "../../define/chart.ts";
import { percentText } from "../../text/numbers.ts";
import { type Confusion, sizeOfConfusion } from "../kinds/confusion_matrix.ts";
import { named } from "../../define/library.ts";
import { paramsOf } from "../kinds/run_params.ts";

const ofEpochs: Pick<ChartDefinition, "picture" | "source" | "when" | "live"> = {
  picture: "png",
  source: import.meta.url,
  when: ({ experiment }) => "train" in experiment.pipeline,
  live: true,
};

/** The accuracy over the epochs. */
export const accuracy = defineChart({
  ...ofEpochs,
  name: "accuracy",
  title: "Accuracy",
  about:
    "Share of images classified correctly. The mean of the test batches gives a short last batch the same weight as " +
    "the others.",
  draw({ figures }) {
    const test = curve("test", figures.accuracy);
    const batches = curve("test, mean of the batches", figures.mean_batch_accuracy);
    const training = curve("training", figures.train_accuracy);
    const note = summaryOf(test.values);
    const look = { unit: "percent", most: 1, best: "highest", enlarge: true } as const;
    return {
      kind: "lines",
      ...(note === "" ? {} : { note }),
      panels: [{ label: "accuracy", ...look, series: [test, training, batches] }],
    };
  },
});

function summaryOf(values: readonly (number | null)[]): string {
  const last = values.findLastIndex((value) => value !== null);
  const untrained = `untrained ${percentText(values[0])}`;
  return last < 0 ? "" : last === 0 ? `Test: ${untrained}.` : `Test: final ${percentText(values[last])}, ${untrained}.`;
}

/** Signs of a model that stalls: samples whose loss is clamped, and classes that are no longer predicted. */
export const clamped = defineChart({
  ...ofEpochs,
  name: "clamped",
  title: "Clamped samples and predicted classes",
  about: "A training sample whose label has a probability below the loss's clamp has no gradient. A class that is no " +
    "longer predicted rarely comes back.",
  draw({ figures }) {
    const clamped = curve("clamped training samples", figures.train_clamped);
    const predicted = curve("classes predicted on the test set", figures.classes_predicted);
    const confusion = figures.confusion?.at(-1) as Confusion | undefined;
    const most = confusion && sizeOfConfusion(confusion);
    const [share, classes] = [clamped, predicted].map(({ values }) =>
      values.findLast((value) => value !== null) ?? null
    );
    const note = `After the last epoch, ${percentText(share)} of the training samples are clamped, and ` +
      `${classes ?? "–"} of ${most ?? "–"} classes are predicted.`;
    return {
      kind: "lines",
      ...(share === null ? {} : { note }),
      panels: [
        { label: "share", unit: "percent", most: 1, series: [curve("test accuracy", figures.accuracy), clamped] },
        { label: "classes predicted", unit: "count", most, series: [predicted] },
      ],
    };
  },
});

/** The loss over the epochs, in training and on the test set. */
export const loss = defineChart({
  ...ofEpochs,
  name: "loss",
  title: "Loss",
  about: "Test: after each epoch. Training: mean over the epoch's batches, while the weights are changing.",
  draw({ figures, experiment, library }) {
    const { loss, batchSize } = paramsOf(experiment);
    const reduction = named(library.losses, loss.name).reduction(loss);
    const per = reduction === "sum" ? `, summed over a batch of ${batchSize}` : ", mean over the images";
    const series = [curve("test", figures.loss), curve("training", figures.train_loss)];
    return { kind: "lines", panels: [{ label: loss.name + per, unit: "number", series }] };
  },
});
