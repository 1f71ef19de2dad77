/** Random numbers for layers that draw in training. */
import type { Node, Recording } from "../autograd/recording.ts";
import { dropoutMask } from "../ops/dropout_mask.ts";
import type { Shape } from "../ops/op.ts";
import type { Tensor } from "../tensor/tensor.ts";

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
