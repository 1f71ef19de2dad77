/** Ops of one's own: any elementwise function, in plain TypeScript and without a kernel. */
import type { Formula, GradientCase, Op } from "./op.ts";

/** A function of each element and its derivative. Both compute in float64; the results are rounded to float32. */
export interface ElementwiseFunction {
  readonly name: string;
  /** y = f(x). */
  value(x: number): number;
  /** f′(x), from x and y = f(x). */
  slope(x: number, y: number): number;
  readonly formula?: Formula;
  /** For the gradient check; by default values between -1 and 1. */
  readonly cases?: readonly GradientCase[];
}

/**
 * The op of an elementwise function. To give the same bits on every machine, the function must use `+ - * /`, `Math.sqrt`
 * and packages built on them only: engines differ in the last digit of `Math.tanh`, `Math.exp` and the like.
 */
export function elementwiseOp(
  { name, value, slope, formula, cases = [{ shapes: [[3, 5]] }] }: ElementwiseFunction,
): Op {
  return {
    name,
    formula,
    shape: ([x]) => x,
    forward(_k, out, [x]) {
      const [to, from] = [out.data, x.data];
      for (let i = 0; i < to.length; i++) to[i] = value(from[i]);
    },
    /** dx = dout · f′(x). */
    backward(_k, gradient, out, [x], [dx]) {
      if (dx === null) return;
      const [to, dout, xs, ys] = [dx.gradient.data, gradient.data, x.data, out.data];
      for (let i = 0; i < to.length; i++) {
        const share = dout[i] * slope(xs[i], ys[i]);
        to[i] = dx.accumulate ? to[i] + share : share;
      }
    },
    backwardReads: { inputs: [0], out: true },
    inPlace: true,
    cases,
  };
}
