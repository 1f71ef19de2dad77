/** The optimizer's step as plain TypeScript. */
import type { OptimizerKernels } from "./kernels.ts";
import type { Precision } from "./plain_math.ts";

/** Plain twin of {@link OptimizerKernels}. */
export function plainOptimizer({ round }: Precision): OptimizerKernels {
  return {
    sgdStep(p, g, velocity, lr, momentum, dampening, weightDecay, nesterov, first) {
      const [rate, mu, keep, decay] = [round(lr), round(momentum), round(1 - dampening), round(weightDecay)];
      const [parameter, gradient, v] = [p.data, g.data, velocity?.data];
      for (let i = 0; i < parameter.length; i++) {
        let d = gradient[i];
        if (decay !== 0) d = round(d + round(decay * parameter[i]));
        if (v !== undefined) {
          v[i] = first ? d : round(round(mu * v[i]) + round(keep * d));
          d = nesterov ? round(d + round(mu * v[i])) : v[i];
        }
        parameter[i] -= round(rate * d);
      }
    },
  };
}
