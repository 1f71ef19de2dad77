/**
 * Programs: recordings compiled to run many times. The calls are bound, in order, to memory that is planned once; values
 * and gradients share memory where their lifetimes allow it. A run allocates nothing and has the tape's bits.
 */
import type { Backend } from "../tensor/backend.ts";
import { backwardSchedule, bindBackward, bindForward } from "./backward_schedule.ts";
import { type Block, lifetimesOf, planMemory } from "./memory_plan.ts";
import type { Node, Recording } from "./recording.ts";

/** What a program computes. */
export interface ProgramOptions {
  /** Nodes whose values are read after a run; the memory of all others is reused. */
  keep: readonly Node[];
  /** The node to differentiate: a run computes the gradients of all parameters that it depends on. Null: forward only. */
  loss: Node | null;
}

/** Compiles a recording. @throws ShapeError for a loss of several elements, or a node of another recording. */
export function compile(recording: Recording, backend: Backend, { keep, loss }: ProgramOptions) {
  const { steps } = recording;
  const { kernels } = backend;
  recording.checkOwned(...keep, ...(loss === null ? [] : [loss]));
  const calls = loss === null ? [] : backwardSchedule(steps, loss);

  const { blocks, values, gradients } = lifetimesOf(steps, calls, loss, keep);
  const plan = planMemory(blocks);
  const memory = backend.tensor([Math.max(1, plan.size)]);
  const offsetOf = new Map(blocks.map((block, i) => [block, plan.offsets[i]]));
  for (const { out } of steps) {
    const partOf = (block: Block) => backend.part(memory, offsetOf.get(block)!, out.shape);
    const gradient = gradients.get(out);
    out.setMemory(partOf(values.get(out)!), gradient === undefined ? null : partOf(gradient));
  }

  const ones = loss?.gradient;
  const run = [
    ...steps.map((step) => bindForward(step, kernels)),
    ...(ones ? [() => kernels.fill(ones, 1)] : []),
    ...calls.map((call) => bindBackward(call, kernels)),
  ];
  return {
    /** Computes forward, and backward if there is a loss, from the current inputs and parameters. */
    run() {
      for (let i = 0; i < run.length; i++) run[i]();
    },
    /** Size of the memory for values and gradients, without that of inputs and parameters. */
    bytes: plan.size * Float32Array.BYTES_PER_ELEMENT,
  };
}
