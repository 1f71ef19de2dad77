/**
 * Programs: recordings compiled to run again and again. The calls are bound, in order, to memory that is planned once;
 * values and gradients share memory where their lifetimes allow it. A run allocates nothing and has the bits of the tape.
 */
import type { Backend } from "../tensor/backend.ts";
import { backwardCalls, bindBackward, bindForward } from "./backward_calls.ts";
import { lifetimesOf } from "./lifetimes.ts";
import { planMemory, planSeparately } from "./memory_plan.ts";
import type { Node, Recording } from "./recording.ts";

/** What a program computes. */
export interface ProgramOptions {
  /** Nodes whose values are read after a run; the memory of all others is reused. */
  keep: readonly Node[];
  /** The parameters that this node depends on get their gradients; null: forward only. */
  loss: Node | null;
  /** False gives every value and gradient its own memory; the bits are the same. */
  shareMemory?: boolean;
}

/** A compiled recording. */
export interface Program {
  /** Computes forward, and backward if there is a loss, from the current inputs and parameters. */
  run(): void;
  /** Bytes that values and gradients take, not counting those of inputs and parameters. */
  readonly bytes: number;
}

/**
 * Compiles a recording for the backend that its inputs and parameters belong to.
 * @throws ShapeError when the loss is not a single number.
 */
export function compile(recording: Recording, backend: Backend, options: ProgramOptions): Program {
  const { keep, loss, shareMemory = true } = options;
  const { steps } = recording;
  const { kernels } = backend;
  recording.mustOwn(...keep, ...(loss === null ? [] : [loss]));
  const calls = loss === null ? [] : backwardCalls(steps, loss);

  const { blocks, values, gradients } = lifetimesOf(steps, calls, loss, keep, shareMemory);
  const plan = shareMemory ? planMemory(blocks) : planSeparately(blocks);
  const memory = backend.tensor([Math.max(1, plan.size)]);
  const offsetOf = new Map(blocks.map((block, i) => [block, plan.offsets[i]]));
  for (const { out } of steps) {
    const [value, gradient] = [values, gradients].map((of) => {
      const block = of.get(out);
      return block === undefined ? null : backend.part(memory, offsetOf.get(block)!, out.shape);
    });
    out.place(value!, gradient);
  }

  const ones = loss?.gradient;
  const run = [
    ...steps.map((step) => bindForward(step, kernels)),
    ...(ones ? [() => kernels.fill(ones, 1)] : []),
    ...calls.map((call) => bindBackward(call, kernels)),
  ];
  return {
    run() {
      for (let i = 0; i < run.length; i++) run[i]();
    },
    bytes: plan.size * Float32Array.BYTES_PER_ELEMENT,
  };
}
