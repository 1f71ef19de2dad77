import { curve } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { percentText } from "../../text/numbers.ts";

/** The accuracy over the epochs. */
export const accuracy = defineChart({
  name: "accuracy",
  picture: "png",
  title: "Accuracy",
  about:
    "Share of images classified correctly. The mean of the test batches gives a short last batch the same weight as " +
    "the others.",
  source: import.meta.url,
  when: ({ experiment }) => "train" in experiment.pipeline,
  live: true,
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
