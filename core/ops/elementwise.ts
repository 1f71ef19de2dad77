/** Custom ops: elementwise functions in plain TypeScript, without a kernel. */
import type { Op } from "./op.ts";

/** A function of each element and its derivative. Both compute in float64; the results are rounded to float32. */
export interface ElementwiseFunction extends Pick<Op, "name" | "formula">, Partial<Pick<Op, "cases">> {
  /** y = f(x). */
  value(x: number): number;
  /** f′(x), from x and y = f(x). */
  slope(x: number, y: number): number;
}

/**
 * The op of an elementwise function. The function must use only `+ - * /`, `Math.sqrt` and packages built on them, so its
 * bits are the same on every machine: engines differ in the last digit of functions such as `Math.tanh` and `Math.exp`.
 */
export function elementwiseOp({ value, slope, ...rest }: ElementwiseFunction): Op {
  return {
    cases: [{ shapes: [[3, 5]] }],
    ...rest,
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
        const product = dout[i] * slope(xs[i], ys[i]);
        to[i] = dx.accumulate ? to[i] + product : product;
      }
    },
    backwardReads: { inputs: [0], out: true },
    inPlace: true,
  };
}
