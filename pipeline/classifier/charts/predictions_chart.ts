import type { Card } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { imagesOf } from "../dataset_images.ts";
import { readPredictions } from "../predictions.ts";

/** Predictions of each kind, correct and wrong. */
const SHOWN = 6;

/** Single predictions with all their probabilities. */
export const predictions = defineChart({
  name: "predictions",
  picture: "png",
  title: "Predictions on the test set",
  about:
    "Bars: the probability of each class, 0 to 100 %. Green: predicted and true; orange: predicted, but wrong; blue: " +
    "the true class that was missed.",
  source: import.meta.url,
  when: (run) => run.has("predictions"),
  draw(run) {
    const all = readPredictions(run.artifact("predictions"), run.artifact("test_labels"));
    const { size, row: pixelsOf } = imagesOf(run, "test_images");
    const cards = (wanted: boolean) =>
      all.filter(({ label, predicted }) => (label === predicted) === wanted).slice(0, SHOWN).map(
        ({ row, label, predicted, probabilities }): Card => {
          return { pixels: pixelsOf(row), truth: label, predicted, probabilities, from: `row ${row}` };
        },
      );
    return {
      kind: "cards",
      size,
      labels: Array.from(all[0]?.probabilities ?? [], (_, label) => String(label)),
      groups: [
        {
          heading: ["✓ Classified correctly", "right"],
          cards: cards(true),
          none: "No image was classified correctly.",
        },
        { heading: ["✗ Misclassified", "wrong"], cards: cards(false), none: "No image was misclassified." },
      ],
    };
  },
});
