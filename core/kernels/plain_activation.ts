/** The kernels of activation functions in plain TypeScript. */
import type { ActivationKernels } from "./activation_kernels.ts";
import type { F32 } from "./operand.ts";
import type { Precision } from "./plain_math.ts";
import { put } from "./plain_matrix.ts";

/** PyTorch's loops over vectors take this many elements at once. */
const BLOCK = 16;

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
    tanhBackward: (dx, dout, y, accumulate) => each(dx, dout, y, accumulate, (g, y) => round(g * fma(-y, y, 1))),

    sigmoid(out, x) {
      const by = (exp: Precision["exp"]) => (x: number) => round(1 / round(1 + exp(-x)));
      map(out, x, by(exp), by(tailExp));
    },
    sigmoidBackward: (dx, dout, y, accumulate) =>
      each(dx, dout, y, accumulate, (g, y) => round(round(g * round(1 - y)) * y)),

    leakyRelu(out, x, slope) {
      const factor = round(slope);
      map(out, x, (x) => x > 0 ? x : x * factor);
    },
    leakyReluBackward(dx, dout, x, slope, accumulate) {
      const factor = round(slope);
      each(dx, dout, x, accumulate, (g, x) => x > 0 ? g : round(g * factor));
    },

    gelu(out, x) {
      const by = (erf: Precision["erf"]) => (x: number) => round(round(x * 0.5) * normal(x, erf));
      map(out, x, by(erf), by(tailErf));
    },
    geluBackward(dx, dout, x, accumulate) {
      const slope = (x: number) => fma(x, density(x, exp), round(0.5 * normal(x, erf)));
      const tailSlope = (x: number) => round(round(x * density(x, tailExp)) + round(0.5 * normal(x, tailErf)));
      each(dx, dout, x, accumulate, (g, x) => round(g * slope(x)), (g, x) => round(g * tailSlope(x)));
    },
  };
}

/** How many of a tensor's elements are in whole blocks; those after them are the tail. */
function blocksOf(size: number): number {
  return size - size % BLOCK;
}

function map(out: F32, x: F32, f: (x: number) => number, tail = f): void {
  const [target, from, blocks] = [out.data, x.data, blocksOf(out.size)];
  for (let i = 0; i < target.length; i++) target[i] = (i < blocks ? f : tail)(from[i]);
}

type Slope = (gradient: number, value: number) => number;

function each(dx: F32, dout: F32, values: F32, accumulate: boolean, f: Slope, tail = f): void {
  const [target, g, x, blocks] = [dx.data, dout.data, values.data, blocksOf(dx.size)];
  for (let i = 0; i < target.length; i++) put(target, i, (i < blocks ? f : tail)(g[i], x[i]), accumulate);
}
