/**
 * A record made ready to run again and again: its calls in order, bound to memory that was planned once. Values and
 * gradients share memory where their lifetimes allow it, and weights may take their step while their gradient is
 * computed. A run allocates nothing and has the bits of the tape (autograd.ts) followed by the optimizer.
 */
import type { Backend } from "../backend.ts";
import { backwardCalls, bindBackward, bindForward, type RateOf } from "./backward_calls.ts";
import { lifetimesOf } from "./lifetimes.ts";
import { planMemory, planSeparately } from "./memory_plan.ts";
import type { Parameter } from "../parameter.ts";
import type { Node, Recording, Step, Variable } from "./recording.ts";

/** What a program is to leave, and how it may go about it. */
export interface ProgramOptions {
  /** Nodes whose values are read after a run; all others' memory is used again. */
  keep: readonly Node[];
  /** Gives the parameters behind this node their gradients; null: forward only. */
  loss: Node | null;
  /**
   * Where the optimizer is p = p − rate·gradient and nothing more: its rate. Parameters for which an op can do that
   * itself are then stepped in the backward pass, and have no gradient. null: all have gradients.
   */
  descentRate?: number | null;
  /** False gives every value and gradient memory of its own. The bits are the same. */
  shareMemory?: boolean;
}

/** A compiled record. */
export interface Program {
  /** Computes forward, and backward if there is a loss, from what inputs and parameters hold now. */
  run(): void;
  /** Parameters that a run steps, so that no optimizer must. */
  readonly descended: ReadonlySet<Parameter>;
  /** Bytes of float32 that values and gradients take, those of inputs and parameters aside. */
  readonly bytes: number;
}

/**
 * Compiles a record for a backend, whose own its inputs and parameters must be.
 * @throws ShapeError when the loss is not a single number.
 */
export function compile(recording: Recording, backend: Backend, options: ProgramOptions): Program {
  const { keep, loss, descentRate = null, shareMemory = true } = options;
  const { steps } = recording;
  const { kernels } = backend;
  const root = loss === null ? null : recording.own(loss);
  const calls = root === null ? [] : backwardCalls(steps, root, ratesOf(steps, descentRate));
  const kept = keep.map((node) => recording.own(node));

  const { blocks, values, gradients } = lifetimesOf(steps, calls, root, kept, shareMemory);
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

  const ones = root?.gradient;
  const run = [
    ...steps.map((step) => bindForward(step, kernels)),
    ...(ones ? [() => kernels.fill(ones, 1)] : []),
    ...calls.map((call) => bindBackward(call, kernels)),
  ];
  const shares = calls.flatMap((call) => call.shares);
  return {
    run() {
      for (let i = 0; i < run.length; i++) run[i]();
    },
    descended: new Set(shares.flatMap((share) => share?.rate == null ? [] : [share.variable.parameter!])),
    bytes: plan.size * Float32Array.BYTES_PER_ELEMENT,
  };
}

/** A parameter may step at once where its op can do so, and nobody else needs its value or its gradient. */
function ratesOf(steps: readonly Step[], rate: number | null): RateOf {
  const uses = new Map<Variable, number>();
  for (const input of steps.flatMap(({ inputs }) => inputs)) uses.set(input, (uses.get(input) ?? 0) + 1);
  return ({ op, inputs }, input) => {
    const variable = inputs[input];
    const mayStep = variable.parameter !== null && uses.get(variable) === 1 && op.descends?.includes(input);
    return mayStep ? rate : null;
  };
}
