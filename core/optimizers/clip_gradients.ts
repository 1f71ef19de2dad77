/** Clipping of gradients by their norm, torch.nn.utils.clip_grad_norm_. */
import type { Backend } from "../tensor/backend.ts";
import type { Parameter } from "../tensor/parameter.ts";

const f32 = Math.fround;
/** What torch adds to the norm before it divides by it. */
const EPSILON = f32(1e-6);

/**
 * Makes a function that scales all gradients by `maxNorm / (norm + 1e-6)` if that is below 1, and returns their norm as it
 * was: that of the parameters' norms, each in float32. As in torch, the quotient is a reciprocal times `maxNorm`.
 */
export function makeClipping(
  maxNorm: number,
  parameters: readonly Parameter[],
  { kernels: k, tensor }: Backend,
): () => number {
  const [norms, norm] = [tensor([parameters.length]), tensor([1])];
  return () => {
    parameters.forEach(({ gradient }, i) => {
      k.norm(norm, gradient);
      norms.data[i] = norm.data[0];
    });
    k.norm(norm, norms);
    const found = norm.data[0];
    const factor = f32(f32(1 / f32(found + EPSILON)) * f32(maxNorm));
    // The factor is NaN if the norm is.
    if (!(factor >= 1)) parameters.forEach(({ gradient }) => k.scale(gradient, gradient, factor));
    return found;
  };
}
