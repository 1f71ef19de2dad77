/** The mask of torch.nn.Dropout: random numbers, so it has no inputs and no gradient. */
import type { Tensor } from "../tensor/tensor.ts";
import type { Op, Shape } from "./op.ts";

/** A mask's shape, the probability of a 0 in it, and the generator that it is drawn from; see the kernel. */
interface Mask {
  shape: Shape;
  p: number;
  state: Tensor<"int32">;
}

/** out = 0 with probability p, else 1 / (1 − p); every run draws anew. */
export const dropoutMask: Op = {
  name: "dropoutMask",
  formula: { forward: "m = 0 or 1 / (1 − p), drawn", backward: [] },
  shape: (_inputs, { shape }: Mask) => shape,
  forward: (k, out, _inputs, { p, state }: Mask) => k.dropoutMask(out, state, p),
  backward() {},
  backwardReads: { inputs: [], out: false },
  cases: [{
    shapes: [],
    settings: (tensorOf) => ({
      shape: [3, 5],
      p: 0.4,
      state: tensorOf(Array.from({ length: 625 }, (_, i) => i === 624 ? i : i * 7919 + 1), [625], "int32"),
    }),
  }],
};
