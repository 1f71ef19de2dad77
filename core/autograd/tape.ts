/**
 * Eager reverse-mode automatic differentiation. A tape computes operations as they are applied; `backward` computes the
 * gradient of every parameter. Every value and gradient has its own memory and stays readable. Training compiles the same
 * recording to a program (program.ts), which has the same bits and needs less memory.
 */
import { type Backend, wasmBackend } from "../tensor/backend.ts";
import type { Op, Settings } from "../ops/op.ts";
import { backwardSchedule, bindBackward, bindForward } from "./backward_schedule.ts";
import { type Node, Recording } from "./recording.ts";

/** A recording whose operations are computed as they are applied. */
export class Tape extends Recording {
  /** @param backend The backend that all tensors on the tape belong to. */
  constructor(readonly backend: Backend = wasmBackend) {
    super();
  }

  /** Computes an operation and records it. @throws ShapeError as `Recording.apply` does. */
  override apply(op: Op, inputs: readonly Node[], settings?: Settings): Node {
    const out = super.apply(op, inputs, settings);
    const { kernels, tensor } = this.backend;
    out.setMemory(tensor(out.shape), out.needsGradient ? tensor(out.shape) : null);
    bindForward(this.steps[this.steps.length - 1], kernels)();
    return out;
  }

  /** Recomputes every recorded value from the current inputs and parameters. */
  replay(): void {
    for (const step of this.steps) bindForward(step, this.backend.kernels)();
  }

  /** Adds ∂loss/∂parameter to every gradient that `loss` depends on. @throws ShapeError if it is no single number. */
  backward(loss: Node): void {
    this.checkOwned(loss);
    const calls = backwardSchedule(this.steps, loss);
    if (loss.gradient === null) return;
    const { kernels } = this.backend;
    kernels.fill(loss.gradient, 1);
    for (const call of calls) bindBackward(call, kernels)();
  }
}
