/** The bound of the draws of a weight, as torch.nn.Linear and torch.nn.Conv2d compute it. */

/** Kaiming's gain √(2 / (1 + a²)) of a leaky ReLU with slope a = √5. torch's a² is 5.000000000000001; the gain is equal. */
const GAIN = Math.sqrt(2 / 6);

/**
 * The weight is uniform within ± this. Mathematically it is 1 / √fanIn, the bias's bound. torch computes it with Kaiming's
 * formula (He et al. 2015, "Delving Deep into Rectifiers"), and its float64 differs in the last digit.
 */
export function weightBound(fanIn: number): number {
  return Math.sqrt(3) * (GAIN / Math.sqrt(fanIn));
}
