/** Plain twins of {@link AdaptiveKernels}. */
import type { AdaptiveKernels } from "./adaptive.ts";
import type { Precision } from "./plain_math.ts";

const LANES = 8;

/** Makes the twins for a precision. */
export function plainAdaptive({ round, fma }: Precision): AdaptiveKernels {
  const root = (x: number) => round(Math.sqrt(x));
  return {
    adamStep(p, g, m, v, numbers) {
      const [beta1, beta2, eps, decay] = [numbers.beta1, numbers.beta2, numbers.eps, numbers.decay].map(round);
      const [rest1, rest2] = [round(1 - numbers.beta1), round(1 - numbers.beta2)];
      const [shrink, rate, correction] = [numbers.shrink, -numbers.rate, numbers.root].map(round);
      const [parameter, gradient, average, square] = [p.data, g.data, m.data, v.data];
      for (let i = 0; i < parameter.length; i++) {
        const before = round(parameter[i] * shrink);
        const d = decay === 0 ? gradient[i] : fma(before, decay, gradient[i]);
        average[i] = fma(d, rest1, round(average[i] * beta1));
        square[i] = fma(round(rest2 * d), d, round(square[i] * beta2));
        const divisor = round(round(root(square[i]) / correction) + eps);
        parameter[i] = before + round(round(rate * average[i]) / divisor);
      }
    },

    rmspropStep(p, g, v, mean, buffer, numbers) {
      const [alpha, rest, eps] = [round(numbers.alpha), round(1 - numbers.alpha), round(numbers.eps)];
      const [rate, decay, momentum] = [-numbers.lr, numbers.weight_decay, numbers.momentum].map(round);
      const [parameter, gradient, square, average, velocity] = [p.data, g.data, v.data, mean?.data, buffer?.data];
      for (let i = 0; i < parameter.length; i++) {
        const d = decay === 0 ? gradient[i] : fma(parameter[i], decay, gradient[i]);
        square[i] = fma(round(rest * d), d, round(square[i] * alpha));
        if (average !== undefined) average[i] = fma(d, rest, round(average[i] * alpha));
        const variance = average === undefined ? square[i] : fma(-average[i], average[i], square[i]);
        const divisor = round(root(variance) + eps);
        if (velocity === undefined) {
          parameter[i] += round(round(rate * d) / divisor);
        } else {
          velocity[i] = round(velocity[i] * momentum) + round(d / divisor);
          parameter[i] = fma(velocity[i], rate, parameter[i]);
        }
      }
    },

    norm(out, a) {
      const values = a.data;
      const lanes = new Array<number>(LANES).fill(0);
      const tail = values.length - values.length % LANES;
      for (let i = 0; i < tail; i++) lanes[i % LANES] = fma(values[i], values[i], lanes[i % LANES]);
      const rounded = values.length - tail < 4 ? tail : tail + 4;
      let sum = lanes.reduce((total, lane) => round(total + lane));
      for (let i = tail; i < rounded; i++) sum = round(sum + round(values[i] * values[i]));
      for (let i = rounded; i < values.length; i++) sum = fma(values[i], values[i], sum);
      out.data[0] = root(sum);
    },
  };
}
