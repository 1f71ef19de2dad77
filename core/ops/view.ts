/** The same numbers in another shape. */
import { ShapeError } from "../errors.ts";
import { type Op, type Shape, shapeText, sizeOf } from "./op.ts";

/** out = x `[N, …]`, with examples of the shape `settings.shape`. In a program the two are the same memory if possible. */
export const view: Op = {
  name: "view",
  formula: { forward: "z = x", backward: ["∂x = ∂z"] },
  shape([x], { shape }: { shape: Shape }) {
    const [rows, ...example] = x;
    if (sizeOf(example) === sizeOf(shape)) return [rows, ...shape];
    throw new ShapeError(`view expects examples of ${sizeOf(shape)} values, but found the shape ${shapeText(x)}.`);
  },
  forward: (k, out, [x]) => k.copy(out, x),
  /** dx = dz, in the shape of x. */
  backward(k, gradient, _out, _inputs, [dx]) {
    if (!dx) return;
    if (dx.accumulate) k.add(dx.gradient, dx.gradient, gradient);
    else k.copy(dx.gradient, gradient);
  },
  backwardReads: { inputs: [], out: false },
  inPlace: true,
  cases: [{ shapes: [[3, 8]], settings: () => ({ shape: [2, 2, 2] }) }],
};
