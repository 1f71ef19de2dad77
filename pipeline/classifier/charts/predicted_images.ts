/** Single predictions on the test set: the most confident mistakes, and the first of each kind. */
import type { Bar, ImageItem, Images } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import type { FinishedRun } from "../../define/finished_run.ts";
import { countText } from "../../text/numbers.ts";
import { hasPictures, imagesOf } from "../kinds/dataset_images.ts";
import { classText, type DatasetNames, namesOf } from "../kinds/dataset_names.ts";
import { captionOf, type Prediction, readPredictions } from "../kinds/predictions.ts";
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
