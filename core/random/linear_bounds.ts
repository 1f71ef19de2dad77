/**
 * The bounds of the uniform distributions that `nn.Linear` draws its first parameters from: the weight `[out, in]` first,
 * then the bias `[out]` (`torch.nn.Linear.reset_parameters`). Both are 1 / sqrt(in) on paper; torch computes the weight's
 * by way of Kaiming's formula (He et al. 2015, "Delving Deep into Rectifiers"), and its double differs by an ulp or so.
 */

/**
 * Kaiming's gain for a leaky ReLU of slope a = sqrt(5): sqrt(2 / (1 + a^2)). torch's a^2 is 5.000000000000001, which
 * gives the same double.
 */
const gain = Math.sqrt(2 / 6);

/** The weight is uniform in [-bound, bound): sqrt(3) * (gain / sqrt(in)), a double. */
export function linearWeightBound(inFeatures: number): number {
  checkFeatures(inFeatures);
  return Math.sqrt(3) * (gain / Math.sqrt(inFeatures));
}

/** The bias is uniform in [-bound, bound): 1 / sqrt(in), a double. */
export function linearBiasBound(inFeatures: number): number {
  checkFeatures(inFeatures);
  return 1 / Math.sqrt(inFeatures);
}

function checkFeatures(inFeatures: number): void {
  if (Number.isInteger(inFeatures) && inFeatures > 0) return;
  throw new RangeError(`linear layer: expected a number of input features, an integer from 1 on; found ${inFeatures}`);
}
