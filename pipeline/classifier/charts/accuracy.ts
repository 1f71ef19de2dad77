import { curve } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { percentText } from "../../text/numbers.ts";
import { classifies } from "../kinds/run_params.ts";

const ON_TEST =
  "An epoch or a setting that is chosen by the test set looks better than it is: choose by validation rows, " +
  "which a split draws. The mean of the batches gives a short last batch the same weight as the others.";

/** The accuracy over the epochs: in validation if there are validation rows, or else on the test set; and in training. */
export const accuracy = defineChart({
  name: "accuracy",
  picture: "png",
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
