import { curve, type Panel } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { countText, figureText } from "../../text/numbers.ts";
import { namesOf } from "../kinds/dataset_names.ts";
import { classifies } from "../kinds/run_params.ts";
import { readTargetPredictions, targetNames } from "../kinds/predictions.ts";

/** More points hide each other. */
const MAX_POINTS = 2000;
/** Numbers to predict that are drawn, one below the other. */
const MAX_TARGETS = 4;

/** What is predicted for each test row, over what is true: on the line, a prediction is perfect. */
export const predictedTrue = defineChart({
  name: "predicted-true",
  title: "Predicted against true values of the test set",
  about: "Each point is a test row; on the line, a prediction is perfect.",
  source: import.meta.url,
  from: ["predictions", "test_labels"],
  when: (run) => "train" in run.experiment.pipeline && !classifies(run),
  draw(run) {
    const { count, targets, predicted, truth } = readTargetPredictions(run);
    const length = Math.min(count, MAX_POINTS);
    const shown = Array.from({ length }, (_, i) => Math.floor(i * count / length));
    const names = targetNames(namesOf(run).targets, targets);
    // One x axis for all panels: a point has a place of its own.
    const points = names.slice(0, MAX_TARGETS).flatMap((_, target) =>
      shown.map((row) => ({ target, x: truth[row * targets + target], y: predicted[row * targets + target] }))
    ).sort((a, b) => a.x - b.x);
    const panels = names.slice(0, MAX_TARGETS).map((name, target): Panel => ({
      label: `predicted ${name}`,
      unit: "number",
      linear: true,
      series: [
        {
          label: names.length > 1 ? `test rows: ${name}` : "test rows",
          points: true,
          values: points.map((point) => point.target === target ? point.y : null),
        },
        curve("perfect", points.map(({ x }) => x)),
      ],
    }));
    const [mae, r2] = ["mae", "r2"].map((name) => figureText(run.figures[name]?.at(-1), "number"));
    const part = shown.length < count ? ` ${countText(shown.length)} of ${countText(count)} rows are shown.` : "";
    return {
      kind: "lines",
      note: `Mean absolute error ${mae}, R² ${r2}.${part}`,
      x: { label: `true ${names.length === 1 ? names[0] : "value"}`, unit: "number", values: points.map(({ x }) => x) },
      panels,
    };
  },
});
