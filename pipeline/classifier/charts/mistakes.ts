import { defineChart } from "../../define/chart.ts";
import { countText } from "../../text/numbers.ts";
import { hasPictures, imagesOf } from "../kinds/dataset_images.ts";
import { classText, namesOf } from "../kinds/dataset_names.ts";
import { captionOf, type Prediction, readPredictions } from "../kinds/predictions.ts";
import { classifies } from "../kinds/run_params.ts";

/** Mistakes in the picture; a page has more. */
const PICTURED = 12;
/** Mistakes on a page; of digits, a third of them have room there. */
const LISTED = 10_000;

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
    const wrong = mostWrong(all);
    const listed = wrong.slice(0, LISTED);
    const { row: pixelsOf, ...form } = imagesOf(run, "test_images", listed.map(({ row }) => row));
    const names = namesOf(run);
    const items = listed.map((one) => {
      return { pixels: pixelsOf(one.row), caption: captionOf(one, names), group: classText(names, one.label) };
    });
    const note = `${countText(wrong.length)} of ${countText(all.count)} images are misclassified.`;
    return { kind: "images", ...form, note, items, pictured: PICTURED, groups: "true class" };
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
