import type { Bar } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { hasPictures, imagesOf } from "../kinds/dataset_images.ts";
import { classText, type DatasetNames, namesOf } from "../kinds/dataset_names.ts";
import { captionOf, type Prediction, readPredictions } from "../kinds/predictions.ts";
import { classifies } from "../kinds/run_params.ts";

/** Predictions of each kind, correct and wrong. */
const SHOWN = 4;

/** Single predictions with all their probabilities. */
export const predictions = defineChart({
  name: "predictions",
  picture: "png",
  title: "Predictions on the test set",
  about:
    `The first images classified correctly, up to ${SHOWN}, then those misclassified. Bars: the probability of each ` +
    "class, 0 to 100 %. Green: predicted and true; orange: predicted, but wrong; blue: the true class that was missed.",
  source: import.meta.url,
  from: ["predictions", "test_labels", "test_images", "example_shape"],
  when: (run) => hasPictures(run) && classifies(run),
  draw(run) {
    const all = readPredictions(run.artifact("predictions"), run.artifact("test_labels"));
    const shown = [true, false].flatMap((wanted) =>
      Iterator.from(all).filter(({ label, predicted }) => (label === predicted) === wanted).take(SHOWN).toArray()
    );
    const { row: pixelsOf, ...form } = imagesOf(run, "test_images", shown.map(({ row }) => row));
    const names = namesOf(run);
    const items = shown.map((one) => {
      return { pixels: pixelsOf(one.row), caption: captionOf(one, names), bars: barsOf(one, names) };
    });
    return { kind: "images", ...form, items };
  },
});

function barsOf({ label, predicted, probabilities }: Prediction, names: DatasetNames): Bar[] {
  return Array.from(probabilities, (share, i) => {
    const role = i === predicted ? (i === label ? "right" : "wrong") : i === label ? "truth" : "muted";
    return { label: classText(names, i), share, role };
  });
}
