/** Random numbers for layers that draw in training. */
import type { Node, Recording } from "../autograd/recording.ts";
import type { Op, Shape } from "../ops/op.ts";
import type { Tensor } from "../tensor/tensor.ts";

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

/** What a layer can draw. Every training step draws anew, in the order in which the layers ask. */
export interface Draws {
  /** A mask to multiply with: 0 with probability p, else 1 / (1 − p), torch.nn.Dropout's; p is more than 0 and below 1. */
  dropoutMask(shape: Shape, p: number): Node;
}

/** The shape of a generator's state; see the kernel `dropoutMask`. */
export const STATE_SHAPE = [625];

/** Draws for a recording, by a generator whose state is in the kernels' memory; `state` is called once a layer draws. */
export function drawsFrom(tape: Recording, state: () => Tensor<"int32">): Draws {
  return { dropoutMask: (shape, p) => tape.apply(dropoutMask, [], { shape, p, state: state() }) };
}
