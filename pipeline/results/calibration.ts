/**
 * Calibration: whether a model that says "90 %" is right in nine of ten cases. Confidence is the probability of the
 * predicted class (Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017).
 */

/** What is known of a prediction. */
export interface Judged {
  label: number;
  predicted: number;
  /** Of each class, 0 to 1. */
  probabilities: ArrayLike<number>;
}

/** Images of like confidence: above `from` and up to `to`. Means are null where there is none. */
export interface ConfidenceBin {
  from: number;
  to: number;
  count: number;
  correct: number;
  /** Mean probability of the predicted class. */
  confidence: number | null;
  /** Share of right predictions. */
  accuracy: number | null;
}

/** How far confidence and accuracy are apart. */
export interface Calibration {
  bins: ConfidenceBin[];
  /** Images that were binned: those of which the confidence is a number. */
  count: number;
  /** Over all images; null where there is none. */
  confidence: number | null;
  accuracy: number | null;
  /** Expected calibration error: Σ over the bins of count / all · |accuracy − confidence|; null where there is none. */
  expectedError: number | null;
}

/** Bins the images by confidence into `bins` bins of equal width, the bounds belonging to the lower bin (Guo et al.). */
export function calibrationOf(predictions: readonly Judged[], bins = 10): Calibration {
  const sums = Array.from({ length: bins }, () => ({ count: 0, correct: 0, confidence: 0 }));
  for (const { label, predicted, probabilities } of predictions) {
    const confidence = probabilities[predicted];
    if (!Number.isFinite(confidence)) continue;
    const sum = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))];
    sum.count++;
    sum.confidence += confidence;
    if (label === predicted) sum.correct++;
  }
  const over = (all: typeof sums, part: "correct" | "confidence") => all.reduce((total, sum) => total + sum[part], 0);
  const count = sums.reduce((total, sum) => total + sum.count, 0);
  const gaps = sums.reduce((total, { correct, confidence }) => total + Math.abs(correct - confidence), 0);
  return {
    bins: sums.map(({ count, correct, confidence }, i) => ({
      from: i / bins,
      to: (i + 1) / bins,
      count,
      correct,
      confidence: mean(confidence, count),
      accuracy: mean(correct, count),
    })),
    count,
    confidence: mean(over(sums, "confidence"), count),
    accuracy: mean(over(sums, "correct"), count),
    expectedError: mean(gaps, count),
  };
}

function mean(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}
