/**
 * Reverse-mode automatic differentiation, step by step. A tape computes operations as they are applied, so that the
 * value of each is there at once; `backward` then walks the record from its end and gives every parameter its gradient.
 *
 * Every value and gradient has memory of its own and stays to be looked at. Training runs the same record as a program
 * (program.ts), which has the same bits and less memory.
 */
import { type Backend, wasmBackend } from "../backend.ts";
import { backwardCalls, bindBackward, bindForward } from "./backward_calls.ts";
import type { Op, Settings } from "../ops/op.ts";
import { type Node, Recording } from "./recording.ts";

export { type Parameter, parameterOf, zeroGradients } from "../parameter.ts";
export type { Node } from "./recording.ts";

/** A record of operations that are computed as they are recorded. */
export class Tape extends Recording {
  readonly #forward: (() => void)[] = [];

  /** Tensors that go on the tape must be `backend`'s own. */
  constructor(readonly backend: Backend = wasmBackend) {
    super();
  }

  /**
   * Applies an operation and records it.
   * @throws ShapeError when the inputs' shapes do not fit.
   */
  override apply(op: Op, inputs: readonly Node[], settings?: Settings): Node {
    const step = this.record(op, inputs, settings);
    const { kernels, tensor } = this.backend;
    const { out } = step;
    out.place(tensor(out.shape), out.needsGradient ? tensor(out.shape) : null);
    const forward = bindForward(step, kernels);
    forward();
    this.#forward.push(forward);
    return out;
  }

  /** Computes every recorded value anew from what the inputs and parameters hold now. */
  replay(): void {
    for (const forward of this.#forward) forward();
  }

  /**
   * Gives every parameter behind `loss` its gradient ∂loss/∂parameter, adding to gradients that were not set to zero.
   * @throws ShapeError when the loss is not a single number.
   */
  backward(loss: Node): void {
    const root = this.own(loss);
    const calls = backwardCalls(this.steps, root);
    if (root.gradient === null) return;
    const { kernels } = this.backend;
    kernels.fill(root.gradient, 1);
    for (const call of calls) bindBackward(call, kernels)();
  }
}
