/**
 * Calibration: whether a model that says "90 %" is correct in nine of ten cases. Confidence is the probability of the
 * predicted class (Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017).
 */
import { curve } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { percentText } from "../../text/numbers.ts";
import { type Prediction, readPredictions } from "../kinds/predictions.ts";
import { classifies } from "../kinds/run_params.ts";

/** The difference between confidence and accuracy from which a model is called over- or underconfident. */
const WORTH_A_WORD = 0.005;

/** The reliability diagram of the test set. */
export const calibration = defineChart({
  name: "calibration",
  title: "Calibration on the test set",
  about:
    "Confidence is the probability of the predicted class. Each point is a bin of predictions of similar confidence. The " +
    "expected calibration error is the mean of |accuracy − confidence| over the bins, weighted by their counts.",
  source: import.meta.url,
  from: ["predictions", "test_labels"],
  when: classifies,
  draw(run) {
    const predictions = readPredictions(run);
    const { bins, confidence, accuracy, expectedError } = calibrationOf(predictions);
    const difference = confidence! - accuracy!;
    const verdict = Math.abs(difference) < WORTH_A_WORD
      ? "well calibrated on the whole"
      : difference > 0
      ? "overconfident"
      : "underconfident";
    const note = `Expected calibration error ${percentText(expectedError)} (${bins.length} bins). Mean confidence ` +
      `${percentText(confidence)}, accuracy ${percentText(accuracy)}: the model is ${verdict}.`;
    const filled = bins.filter(({ count }) => count > 0);
    const places = [0, ...filled.map(({ confidence }) => Number(confidence!.toFixed(4))), 1];
    const ofBins = (values: (number | null)[]) => [null, ...values, null];
    return {
      kind: "lines",
      ...(confidence === null ? {} : { note }),
      x: { label: "confidence: mean probability of the predicted class", unit: "percent", values: places },
      panels: [
        {
          label: "accuracy: share that is correct",
          unit: "percent",
          most: 1,
          series: [
            curve("accuracy of the predictions in a bin", ofBins(filled.map(({ accuracy }) => accuracy))),
            curve("perfect calibration", places),
          ],
        },
        {
          label: "predictions",
          unit: "number",
          series: [curve("predictions in the bin", ofBins(filled.map(({ count }) => count)))],
        },
      ],
    };
  },
});

/**
 * Bins predictions by confidence, in bins of equal width; a bound belongs to the lower bin. Also returns the mean
 * confidence, the accuracy, and the expected calibration error: Σ over the bins of count / all · |accuracy −
 * confidence|. Predictions whose confidence is not a number are left out; the mean of none is null.
 */
export function calibrationOf(
  predictions: Iterable<Pick<Prediction, "label" | "predicted"> & { probabilities: ArrayLike<number> }>,
  bins = 10,
) {
  const sums = Array.from({ length: bins }, () => ({ count: 0, correct: 0, confidence: 0 }));
  for (const { label, predicted, probabilities } of predictions) {
    const confidence = probabilities[predicted];
    if (!Number.isFinite(confidence)) continue;
    const sum = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))];
    sum.count++;
    sum.confidence += confidence;
    if (label === predicted) sum.correct++;
  }
  const over = (part: "count" | "correct" | "confidence") => sums.reduce((total, sum) => total + sum[part], 0);
  const gaps = sums.reduce((total, { correct, confidence }) => total + Math.abs(correct - confidence), 0);
  return {
    bins: sums.map(({ count, correct, confidence }) => ({
      count,
      confidence: mean(confidence, count),
      accuracy: mean(correct, count),
    })),
    confidence: mean(over("confidence"), over("count")),
    accuracy: mean(over("correct"), over("count")),
    expectedError: mean(gaps, over("count")),
  };
}

function mean(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}
