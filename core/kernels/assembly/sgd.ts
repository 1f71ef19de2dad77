// One step of torch.optim.SGD on a parameter, in one pass over it. See kernels.ts for the rule.
import { addScaled } from "./elementwise";
import { put, splat, VECTOR } from "./vector";

/** `velocity` 0: none. `keep` is 1 - dampening. `n` counts elements. */
export function sgdStep(
  p: usize,
  g: usize,
  velocity: usize,
  n: i32,
  lr: f32,
  momentum: f32,
  keep: f32,
  weightDecay: f32,
  nesterov: bool,
  first: bool,
): void {
  if (velocity == 0 && weightDecay == 0) {
    addScaled(p, g, n, -lr);
    return;
  }
  const rate = splat(lr);
  const mu = splat(momentum);
  for (; n > 0; n -= 4) {
    const parameter = v128.load(p);
    let d = v128.load(g);
    if (weightDecay != 0) d = f32x4.add(d, f32x4.mul(splat(weightDecay), parameter));
    if (velocity != 0) {
      const v = first ? d : f32x4.add(f32x4.mul(mu, v128.load(velocity)), f32x4.mul(splat(keep), d));
      put(velocity, v, n);
      d = nesterov ? f32x4.add(d, f32x4.mul(mu, v)) : v;
      velocity += VECTOR;
    }
    put(p, f32x4.sub(parameter, f32x4.mul(rate, d)), n);
    p += VECTOR;
    g += VECTOR;
  }
}
