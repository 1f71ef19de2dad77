/** Metrics of predicted numbers, in float64, added up in the order of the rows. */

/** How far predictions are from the targets, over all numbers `[N, T]`. */
export interface RegressionMetrics {
  /** Mean of |x − t|. */
  mae: number;
  /** Square root of the mean of (x − t)². */
  rmse: number;
  /**
   * 1 − Σ (x − t)² / Σ (t − mean t)², the mean over the T outputs, as scikit-learn's r2_score: 1 is perfect, 0 is as good
   * as the mean of the targets. Null if an output's targets are all the same.
   */
  r2: number | null;
}

/** The metrics of predictions; both arrays are `[N, width]`. */
export function regressionMetrics(
  predicted: Float32Array,
  targets: Float32Array,
  width: number,
): RegressionMetrics {
  const rows = targets.length / width;
  let [distances, squares] = [0, 0];
  const shares: number[] = [];
  for (let output = 0; output < width; output++) {
    let [sum, residual, total] = [0, 0, 0];
    for (let i = output; i < targets.length; i += width) sum += targets[i];
    const mean = sum / rows;
    for (let i = output; i < targets.length; i += width) {
      const difference = predicted[i] - targets[i];
      distances += Math.abs(difference);
      residual += difference * difference;
      total += (targets[i] - mean) * (targets[i] - mean);
    }
    squares += residual;
    shares.push(total > 0 ? 1 - residual / total : NaN);
  }
  const r2 = shares.reduce((sum, share) => sum + share, 0) / width;
  return {
    mae: distances / targets.length,
    rmse: Math.sqrt(squares / targets.length),
    r2: Number.isNaN(r2) ? null : r2,
  };
}
