/** The largest value of each window, torch.nn.MaxPool2d, whose windows do not overlap. */
import type { Op } from "../ops/op.ts";
import { pooledShape } from "../ops/shapes.ts";
import { defineLayer } from "./layer.ts";
import { POSITIVE_INTEGER } from "./layer_args.ts";

/** z = the largest x of each window; x `[N, C, H, W]`, z `[N, C, H / kernel, W / kernel]`, rounded down. */
export const maxPoolOp: Op = {
  name: "maxPool",
  formula: { forward: "z = max of x in each window", backward: ["∂x = ∂z where x is the first largest, else 0"] },
  shape: ([x], { kernel }: { kernel: number }) => [x[0], ...pooledShape(x.slice(1), kernel)],
  forward: (k, out, [x], { kernel }: { kernel: number }) => k.maxPool(out, x, kernel),
  /** dx = dz where x is the first largest of its window, or the last NaN; everything else is 0. */
  backward(k, gradient, _out, [x], [dx], { kernel }: { kernel: number }) {
    if (dx) k.maxPoolBackward(dx.gradient, gradient, x, kernel, dx.accumulate);
  },
  backwardReads: { inputs: [0], out: false },
  cases: [
    { shapes: [[2, 2, 4, 7]], settings: () => ({ kernel: 2 }) },
    { shapes: [[1, 3, 3, 3]], settings: () => ({ kernel: 3 }) },
  ],
};

/** `maxpool2d(kernel)`. */
export const maxpool2d = defineLayer({
  name: "maxpool2d",
  about: "The largest value of each window of kernel × kernel: torch.nn.MaxPool2d(kernel).",
  source: import.meta.url,
  args: { kernel: POSITIVE_INTEGER },
  shape: (input, { kernel }) => pooledShape(input, kernel),
  forward: ({ tape, x, args }) => tape.apply(maxPoolOp, [x], args),
  torch: ({ kernel }) => `nn.MaxPool2d(${kernel})`,
  onnx: ({ kernel }) => [{
    op: "MaxPool",
    attributes: { kernel_shape: [kernel, kernel], strides: [kernel, kernel] },
  }],
});
