/** Predictions of single test examples: the most confident mistakes, the first of each kind, and numbers over what is true. */
import { type Bar, curve, type ImageItem, type Images, type Panel } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import type { FinishedRun } from "../../define/figure.ts";
import { countText, figureText } from "../../text/numbers.ts";
import { hasPictures, imagesOf } from "../kinds/dataset_images.ts";
import { classText, type DatasetNames, namesOf } from "../kinds/dataset_names.ts";
import {
  captionOf,
  type Prediction,
  readPredictions,
  readTargetPredictions,
  targetNames,
} from "../kinds/predictions.ts";
import { classifies } from "../kinds/run_params.ts";

/** Mistakes in the picture; a page has more. */
const PICTURED = 12;
/** Mistakes on a page; of digits, a third of them have room there. */
const LISTED = 10_000;

const shared = {
  source: import.meta.url,
  from: ["predictions", "test_labels", "test_images", "example_shape"],
  when: (run: Pick<FinishedRun, "experiment" | "library" | "artifact">) => hasPictures(run) && classifies(run),
};

/** The most confident mistakes: some are mislabelled or hard to read, others show what the model has not learned. */
export const mistakes = defineChart({
  ...shared,
  name: "mistakes",
  title: "The most confident mistakes on the test set",
  about: "Ordered by the probability of the wrong class, the highest first.",
  draw(run) {
    const all = readPredictions(run);
    const wrong = mostWrong(all);
    const images = imagesFor(run, wrong.slice(0, LISTED), (one, names) => ({ group: classText(names, one.label) }));
    const note = `${countText(wrong.length)} of ${countText(all.count)} images are misclassified.`;
    return { ...images, note, pictured: PICTURED, groups: "true class" };
  },
});

/**
 * The mistakes in descending order of the wrong class's probability; ties are broken by the smaller probability of the
 * true class, then by row.
 */
export function mostWrong(predictions: Iterable<Prediction>): Prediction[] {
  const onWrong = ({ predicted, probabilities }: Prediction) => probabilities[predicted];
  const onTrue = ({ label, probabilities }: Prediction) => probabilities[label];
  return Iterator.from(predictions).filter(({ label, predicted }) => label !== predicted).toArray()
    .sort((a, b) => onWrong(b) - onWrong(a) || onTrue(a) - onTrue(b) || a.row - b.row);
}

/** Predictions of each kind, correct and wrong. */
const SHOWN = 4;

/** Single predictions with all their probabilities. */
export const predictions = defineChart({
  ...shared,
  name: "predictions",
  title: "Predictions on the test set",
  about:
    `The first images classified correctly, up to ${SHOWN}, then those misclassified. Bars: the probability of each ` +
    "class, 0 to 100 %. Green: predicted and true; orange: predicted, but wrong; blue: the true class that was missed.",
  draw(run) {
    const all = readPredictions(run);
    const shown = [true, false].flatMap((wanted) =>
      Iterator.from(all).filter(({ label, predicted }) => (label === predicted) === wanted).take(SHOWN).toArray()
    );
    return imagesFor(run, shown, (one, names) => ({ bars: barsOf(one, names) }));
  },
});

/** The images of some predictions, with captions and what `more` adds to each. */
function imagesFor(
  run: FinishedRun,
  shown: readonly Prediction[],
  more: (one: Prediction, names: DatasetNames) => Partial<ImageItem>,
): Images {
  const { row: pixelsOf, ...form } = imagesOf(run, "test_images", shown.map(({ row }) => row));
  const names = namesOf(run);
  const items = shown.map((one) => {
    return { pixels: pixelsOf(one.row), caption: captionOf(one, names), ...more(one, names) };
  });
  return { kind: "images", ...form, items };
}

function barsOf({ label, predicted, probabilities }: Prediction, names: DatasetNames): Bar[] {
  return Array.from(probabilities, (share, i) => {
    const role = i === predicted ? (i === label ? "right" : "wrong") : i === label ? "truth" : "muted";
    return { label: classText(names, i), share, role };
  });
}

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
