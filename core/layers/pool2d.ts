/** The largest value or the mean of each window, torch.nn.MaxPool2d and AvgPool2d, whose windows do not overlap. */
import { type Op, pooledShape, type Shape } from "../ops/op.ts";
import { defineLayer, POSITIVE_INTEGER } from "./layer.ts";
import type { OnnxNode } from "./onnx_node.ts";

type Kernel = { readonly kernel: number };

const sharedOp: Pick<Op, "shape" | "cases"> = {
  shape: ([x], { kernel }: Kernel) => [x[0], ...pooledShape(x.slice(1), kernel)],
  cases: [
    { shapes: [[2, 2, 4, 7]], settings: () => ({ kernel: 2 }) },
    { shapes: [[1, 3, 3, 3]], settings: () => ({ kernel: 3 }) },
  ],
};

/** z = the largest x of each window; x `[N, C, H, W]`, z `[N, C, H / kernel, W / kernel]`, rounded down. */
export const maxPoolOp: Op = {
  ...sharedOp,
  name: "maxPool",
  formula: { forward: "z = max of x in each window", backward: ["∂x = ∂z where x is the first largest, else 0"] },
  forward: (k, out, [x], { kernel }: Kernel) => k.maxPool(out, x, kernel),
  /** dx = dz where x is the first largest of its window, or the last NaN; everything else is 0. */
  backward(k, gradient, _out, [x], [dx], { kernel }: Kernel) {
    if (dx) k.maxPoolBackward(dx.gradient, gradient, x, kernel, dx.accumulate);
  },
  backwardReads: { inputs: [0], out: false },
};

/** z = the mean of x in each window; x `[N, C, H, W]`, z `[N, C, H / kernel, W / kernel]`, rounded down. */
export const averagePoolOp: Op = {
  ...sharedOp,
  name: "averagePool",
  formula: { forward: "z = mean of x in each window", backward: ["∂x = ∂z / kernel²"] },
  forward: (k, out, [x], { kernel }: Kernel) => k.averagePool(out, x, kernel),
  /** dx = dz / kernel² in each window; 0 in none. */
  backward(k, gradient, _out, _inputs, [dx], { kernel }: Kernel) {
    if (dx) k.averagePoolBackward(dx.gradient, gradient, kernel, dx.accumulate);
  },
  backwardReads: { inputs: [], out: false },
};

/** What both layers have in common. */
const shared = {
  source: import.meta.url,
  args: { kernel: POSITIVE_INTEGER },
  shape: (input: Shape, { kernel }: Kernel) => pooledShape(input, kernel),
};

/** `maxpool2d(kernel)`. */
export const maxpool2d = defineLayer({
  ...shared,
  name: "maxpool2d",
  about: "The largest value of each window of kernel × kernel: torch.nn.MaxPool2d(kernel).",
  forward: ({ tape, x, args }) => tape.apply(maxPoolOp, [x], args),
  torch: ({ kernel }) => `nn.MaxPool2d(${kernel})`,
  onnx: ({ kernel }) => [poolNode("MaxPool", kernel)],
});

/** `avgpool2d(kernel)`. */
export const avgpool2d = defineLayer({
  ...shared,
  name: "avgpool2d",
  about: "The mean of each window of kernel × kernel: torch.nn.AvgPool2d(kernel).",
  forward: ({ tape, x, args }) => tape.apply(averagePoolOp, [x], args),
  torch: ({ kernel }) => `nn.AvgPool2d(${kernel})`,
  onnx: ({ kernel }) => [poolNode("AveragePool", kernel)],
});

function poolNode(op: string, kernel: number): OnnxNode {
  return { op, attributes: { kernel_shape: [kernel, kernel], strides: [kernel, kernel] } };
}
