import { defineChart } from "../../define/chart.ts";
import { countText } from "../../text/numbers.ts";
import { hasPictures, imagesOf } from "../kinds/dataset_images.ts";
import { classText, namesOf } from "../kinds/dataset_names.ts";
import { captionOf, type Prediction, readPredictions } from "../kinds/predictions.ts";
import { classifies } from "../kinds/run_params.ts";

/** Mistakes in the picture; a page has more. */
const PICTURED = 12;

/** The most confident mistakes: some are mislabelled or hard to read, others show what the model has not learned. */
export const mistakes = defineChart({
  name: "mistakes",
  picture: "png",
  title: "The most confident mistakes on the test set",
  about: "Ordered by the probability of the wrong class, the highest first.",
  source: import.meta.url,
  from: ["predictions", "test_labels", "test_images", "example_shape"],
  when: (run) => hasPictures(run) && classifies(run),
  draw(run) {
    const all = readPredictions(run.artifact("predictions"), run.artifact("test_labels"));
    const { row: pixelsOf, ...form } = imagesOf(run, "test_images");
    const names = namesOf(run);
    const items = mostWrong(all).map((one) => {
      return { pixels: pixelsOf(one.row), caption: captionOf(one, names), group: classText(names, one.label) };
    });
    const note = `${countText(items.length)} of ${countText(all.length)} images are misclassified.`;
    return { kind: "images", ...form, note, items, pictured: PICTURED, groups: "true class" };
  },
});

/**
 * The mistakes in descending order of the wrong class's probability; ties are broken by the smaller probability of the
 * true class, then by row.
 */
export function mostWrong(predictions: readonly Prediction[]): Prediction[] {
  const onWrong = ({ predicted, probabilities }: Prediction) => probabilities[predicted];
  const onTrue = ({ label, probabilities }: Prediction) => probabilities[label];
  return predictions.filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => onWrong(b) - onWrong(a) || onTrue(a) - onTrue(b) || a.row - b.row);
}
