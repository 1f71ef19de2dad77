/** Reductions of a whole tensor to one number, torch.sum and torch.mean. */
import { kernels } from "../kernels/mod.ts";
import type { Tensor } from "../tensor.ts";
import type { GradientTarget, Op } from "./op.ts";

/** out[0] = Σ x: added up in ascending order in float64 and rounded once. */
export const sum: Op = {
  name: "sum",
  shape: () => [1],
  forward(out, [x]) {
    kernels.sum(out, x);
  },
  /** dx = dout everywhere. */
  backward(gradient, _out, _inputs, [dx]) {
    if (dx) spread(dx, gradient.data[0]);
  },
  cases: [{ shapes: [[3, 5]] }, { shapes: [[1]] }],
};

/** out[0] = Σ x / n. */
export const mean: Op = {
  name: "mean",
  shape: () => [1],
  forward(out, [x]) {
    kernels.sum(out, x);
    out.data[0] = out.data[0] / x.size;
  },
  /** dx = dout / n everywhere. */
  backward(gradient, _out, [x], [dx]) {
    if (dx) spread(dx, Math.fround(gradient.data[0] / x.size));
  },
  cases: [{ shapes: [[3, 5]] }, { shapes: [[1]] }],
};

function spread(target: GradientTarget, value: number): void {
  if (!target.accumulate) {
    kernels.fill(target.gradient, value);
    return;
  }
  const data: Tensor["data"] = target.gradient.data;
  for (let i = 0; i < data.length; i++) data[i] += value;
}
