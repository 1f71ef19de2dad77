/** The kernels of activation functions in plain TypeScript. */
import type { ActivationKernels } from "./activation_kernels.ts";
import { map, zip } from "./plain_elementwise.ts";
import type { Precision } from "./plain_math.ts";

/** Plain twins of {@link ActivationKernels}. */
export function plainActivation(precision: Precision): ActivationKernels {
  const { round, fma, exp, tanh, erf, tailExp, tailErf } = precision;
  const half = round(Math.SQRT1_2);
  /** 1 / √2π. */
  const height = round(0.3989422804014327);
  const normal = (x: number, erf: Precision["erf"]) => round(1 + erf(round(x * half)));
  const density = (x: number, exp: Precision["exp"]) => round(height * exp(round(round(x * x) * -0.5)));

  return {
    tanh: (out, x) => map(out, x, tanh),
    tanhBackward: (dx, dout, y, accumulate) => zip(dx, dout, y, (g, y) => round(g * fma(-y, y, 1)), accumulate),

    sigmoid(out, x) {
      const by = (exp: Precision["exp"]) => (x: number) => round(1 / round(1 + exp(-x)));
      map(out, x, by(exp), by(tailExp));
    },
    sigmoidBackward: (dx, dout, y, accumulate) =>
      zip(dx, dout, y, (g, y) => round(round(g * round(1 - y)) * y), accumulate),

    leakyRelu(out, x, slope) {
      const factor = round(slope);
      map(out, x, (x) => x > 0 ? x : x * factor);
    },
    leakyReluBackward(dx, dout, x, slope, accumulate) {
      const factor = round(slope);
      zip(dx, dout, x, (g, x) => x > 0 ? g : round(g * factor), accumulate);
    },

    gelu(out, x) {
      const by = (erf: Precision["erf"]) => (x: number) => round(round(x * 0.5) * normal(x, erf));
      map(out, x, by(erf), by(tailErf));
    },
    geluBackward(dx, dout, x, accumulate) {
      const slope = (x: number) => fma(x, density(x, exp), round(0.5 * normal(x, erf)));
      const tailSlope = (x: number) => round(round(x * density(x, tailExp)) + round(0.5 * normal(x, tailErf)));
      zip(dx, dout, x, (g, x) => round(g * slope(x)), accumulate, (g, x) => round(g * tailSlope(x)));
    },
  };
}
