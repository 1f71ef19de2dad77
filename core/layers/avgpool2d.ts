/** The mean of each window, torch.nn.AvgPool2d, whose windows do not overlap. */
import type { Op } from "../ops/op.ts";
import { pooledShape } from "../ops/shapes.ts";
import { defineLayer } from "./layer.ts";
import { POSITIVE_INTEGER } from "./layer_args.ts";

/** z = the mean of x in each window; x `[N, C, H, W]`, z `[N, C, H / kernel, W / kernel]`, rounded down. */
export const averagePoolOp: Op = {
  name: "averagePool",
  formula: { forward: "z = mean of x in each window", backward: ["∂x = ∂z / kernel²"] },
  shape: ([x], { kernel }: { kernel: number }) => [x[0], ...pooledShape(x.slice(1), kernel)],
  forward: (k, out, [x], { kernel }: { kernel: number }) => k.averagePool(out, x, kernel),
  /** dx = dz / kernel² in each window; 0 in none. */
  backward(k, gradient, _out, _inputs, [dx], { kernel }: { kernel: number }) {
    if (dx) k.averagePoolBackward(dx.gradient, gradient, kernel, dx.accumulate);
  },
  backwardReads: { inputs: [], out: false },
  cases: [
    { shapes: [[2, 2, 4, 7]], settings: () => ({ kernel: 2 }) },
    { shapes: [[1, 3, 3, 3]], settings: () => ({ kernel: 3 }) },
  ],
};

/** `avgpool2d(kernel)`. */
export const avgpool2d = defineLayer({
  name: "avgpool2d",
  about: "The mean of each window of kernel × kernel: torch.nn.AvgPool2d(kernel).",
  source: import.meta.url,
  args: { kernel: POSITIVE_INTEGER },
  shape: (input, { kernel }) => pooledShape(input, kernel),
  forward: ({ tape, x, args }) => tape.apply(averagePoolOp, [x], args),
  torch: ({ kernel }) => `nn.AvgPool2d(${kernel})`,
  onnx: ({ kernel }) => [{
    op: "AveragePool",
    attributes: { kernel_shape: [kernel, kernel], strides: [kernel, kernel] },
  }],
});
