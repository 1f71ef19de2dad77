/**
 * Eager reverse-mode automatic differentiation. A tape computes operations as they are applied; `backward` then walks the
 * recording from its end and gives every parameter its gradient.
 *
 * Every value and gradient has its own memory and stays readable. Training compiles the same recording to a program
 * (program.ts), which has the same bits and takes less memory.
 */
import { type Backend, wasmBackend } from "../tensor/backend.ts";
import { backwardCalls, bindBackward, bindForward } from "./backward_calls.ts";
import type { Op, Settings } from "../ops/op.ts";
import { type Node, Recording } from "./recording.ts";

/** A recording whose operations are computed as they are applied. */
export class Tape extends Recording {
  readonly #forward: (() => void)[] = [];

  /** @param backend The backend that all tensors on the tape belong to. */
  constructor(readonly backend: Backend = wasmBackend) {
    super();
  }

  /**
   * Applies an operation and records it.
   * @throws ShapeError when the op does not accept the inputs' shapes.
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

  /** Recomputes every recorded value from the current inputs and parameters. */
  replay(): void {
    for (const forward of this.#forward) forward();
  }

  /**
   * Gives every parameter that `loss` depends on its gradient ∂loss/∂parameter, added to gradients that were not zeroed.
   * @throws ShapeError when the loss is not a single number.
   */
  backward(loss: Node): void {
    this.mustOwn(loss);
    const calls = backwardCalls(this.steps, loss);
    if (loss.gradient === null) return;
    const { kernels } = this.backend;
    kernels.fill(loss.gradient, 1);
    for (const call of calls) bindBackward(call, kernels)();
  }
}
