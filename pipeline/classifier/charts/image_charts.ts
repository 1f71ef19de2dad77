/** Charts that show images of the dataset. */
import { defineChart } from "../../define/chart.ts";
import type { FinishedRun } from "../../define/finished_run.ts";
import { countText } from "../../text/numbers.ts";
import { hasPictures, imagesOf } from "../kinds/dataset_images.ts";
import { captionOf, type Prediction, readPredictions } from "../kinds/predictions.ts";
import type { Bar, ImageItem } from "../../charts/marks.ts";
import { decodeNpyOf } from "../../formats/npy.ts";

const ofImages = { picture: "png", source: import.meta.url, when: hasPictures } as const;
const PREDICTED = ["predictions", "test_labels", "test_images", "example_shape"];

function predictedImages(run: FinishedRun) {
  const { row: pixelsOf, ...form } = imagesOf(run, "test_images");
  return { all: readPredictions(run.artifact("predictions"), run.artifact("test_labels")), pixelsOf, form };
}

/** Mistakes in the picture; a page has more. */
const PICTURED = 12;

/** The most confident mistakes: some are mislabelled or hard to read, others show what the model has not learned. */
export const mistakes = defineChart({
  ...ofImages,
  name: "mistakes",
  title: "The most confident mistakes on the test set",
  about: "Ordered by the probability of the wrong class, the highest first.",
  from: PREDICTED,
  draw(run) {
    const { all, pixelsOf, form } = predictedImages(run);
    const items = mostWrong(all).map((one) => {
      return { pixels: pixelsOf(one.row), caption: captionOf(one), group: String(one.label) };
    });
    const note = `${countText(items.length)} of ${countText(all.length)} images are misclassified.`;
    return { kind: "images", ...form, note, items, pictured: PICTURED, groups: "true class" };
  },
});

/** The mistakes, the highest probability of the wrong class first; then the lower of the true class, then by row. */
export function mostWrong(predictions: readonly Prediction[]): Prediction[] {
  const onWrong = ({ predicted, probabilities }: Prediction) => probabilities[predicted];
  const onTrue = ({ label, probabilities }: Prediction) => probabilities[label];
  return predictions.filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => onWrong(b) - onWrong(a) || onTrue(a) - onTrue(b) || a.row - b.row);
}

/** Predictions of each kind, correct and wrong. */
const SHOWN = 4;

/** Single predictions with all their probabilities. */
export const predictions = defineChart({
  ...ofImages,
  name: "predictions",
  title: "Predictions on the test set",
  about:
    `The first ${SHOWN} images classified correctly, then the first ${SHOWN} misclassified. Bars: the probability of ` +
    "each class, 0 to 100 %. Green: predicted and true; orange: predicted, but wrong; blue: the true class that was " +
    "missed.",
  from: PREDICTED,
  draw(run) {
    const { all, pixelsOf, form } = predictedImages(run);
    const shown = [true, false].flatMap((wanted) =>
      all.filter(({ label, predicted }) => (label === predicted) === wanted).slice(0, SHOWN)
    );
    const items = shown.map((one) => ({ pixels: pixelsOf(one.row), caption: captionOf(one), bars: barsOf(one) }));
    return { kind: "images", ...form, items };
  },
});

function barsOf({ label, predicted, probabilities }: Prediction): Bar[] {
  return Array.from(probabilities, (share, i) => {
    const role = i === predicted ? (i === label ? "right" : "wrong") : i === label ? "truth" : "muted";
    return { label: String(i), share, role };
  });
}

/** The article shows six digits of the first batch; twelve fill the picture. */
const SAMPLES = 12;

/** The first images of the first batch. */
export const samples = defineChart({
  ...ofImages,
  name: "samples",
  title: "Samples of the first batch",
  about: "The first images of epoch 1, in the order of training.",
  from: ["first_order", "train_images", "train_labels", "example_shape"],
  draw(run) {
    const { row: pixelsOf, ...form } = imagesOf(run, "train_images");
    const order = decodeNpyOf(run.artifact("first_order").bytes(), "first_order", "i4", [null]).data;
    const labels = decodeNpyOf(run.artifact("train_labels").bytes(), "train_labels", "u1", [null]).data;
    const items = Array.from(order.subarray(0, SAMPLES), (row): ImageItem => ({
      pixels: pixelsOf(row),
      caption: [[`Ground truth: ${labels[row]}`, "plain"]],
    }));
    return { kind: "images", ...form, items };
  },
});
