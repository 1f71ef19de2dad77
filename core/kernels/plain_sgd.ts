/** The optimizer's step as plain TypeScript. */
import type { OptimizerKernels } from "./kernels.ts";

const f32 = Math.fround;

/** Plain twin of {@link OptimizerKernels}. */
export const plainOptimizer: OptimizerKernels = {
  sgdStep(p, g, velocity, lr, momentum, dampening, weightDecay, nesterov, first) {
    const [rate, mu, keep, decay] = [f32(lr), f32(momentum), f32(1 - dampening), f32(weightDecay)];
    const [parameter, gradient, v] = [p.data, g.data, velocity?.data];
    for (let i = 0; i < parameter.length; i++) {
      let d = gradient[i];
      if (decay !== 0) d = f32(d + f32(decay * parameter[i]));
      if (v !== undefined) {
        v[i] = first ? d : f32(f32(mu * v[i]) + f32(keep * d));
        d = nesterov ? f32(d + f32(mu * v[i])) : v[i];
      }
      parameter[i] -= f32(rate * d);
    }
  },
};
