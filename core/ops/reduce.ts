/** Reductions of a tensor to a single number, torch.sum and torch.mean. */
import type { Kernels } from "../kernels/kernels.ts";
import type { GradientTarget, Op } from "./op.ts";

const shared: Pick<Op, "shape" | "backwardReads" | "cases"> = {
  shape: () => [1],
  backwardReads: { inputs: [], out: false },
  cases: [{ shapes: [[3, 5]] }, { shapes: [[1]] }],
};

/** out[0] = Σ x. */
export const sum: Op = {
  ...shared,
  name: "sum",
  formula: { forward: "L = Σ l", backward: ["∂l = ∂L = 1"] },
  forward: (k, out, [x]) => k.sum(out, x),
  /** dx = dout everywhere. */
  backward(k, gradient, _out, _inputs, [dx]) {
    if (dx) contribute(k, dx, gradient.data[0]);
  },
};

/** out[0] = Σ x / n, with n rounded to float32. */
export const mean: Op = {
  ...shared,
  name: "mean",
  formula: { forward: "L = Σ l / N", backward: ["∂l = ∂L / N = 1 / N"] },
  forward(k, out, [x]) {
    k.sum(out, x);
    out.data[0] = out.data[0] / Math.fround(x.size);
  },
  /** dx = dout / n everywhere. */
  backward(k, gradient, _out, [x], [dx]) {
    if (dx) contribute(k, dx, gradient.data[0] / Math.fround(x.size));
  },
};

/** Stores the same number in every element of a gradient, or adds it. */
function contribute(k: Kernels, { gradient, accumulate }: GradientTarget, value: number): void {
  if (accumulate) k.addNumber(gradient, gradient, value);
  else k.fill(gradient, value);
}
