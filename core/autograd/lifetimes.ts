/**
 * Liveness: when the values and gradients of a recording are needed. Moment m is the m-th forward step; then comes one
 * moment in which the loss is given its gradient, 1; then the backward calls.
 */
import type { BackwardCall } from "./backward_calls.ts";
import type { Block } from "./memory_plan.ts";
import type { Step, Variable } from "./recording.ts";

/** The blocks of a recording, and which of them holds each value and gradient. */
export interface Lifetimes {
  blocks: Block[];
  values: Map<Variable, Block>;
  gradients: Map<Variable, Block>;
}

/**
 * The lifetimes of everything that a recording computes; inputs and parameters have memory already.
 * @param root What the backward calls start from; null if there are none.
 * @param keep Values that are read after the last call.
 * @param mayOverwrite Whether ops that can work in place do.
 */
export function lifetimesOf(
  steps: readonly Step[],
  calls: readonly BackwardCall[],
  root: Variable | null,
  keep: readonly Variable[],
  mayOverwrite: boolean,
): Lifetimes {
  const end = steps.length + 1 + calls.length;
  const lastReads = lastReadsOf(steps, calls);
  for (const variable of keep) lastReads.set(variable, end);

  const found: Lifetimes = { blocks: [], values: new Map(), gradients: new Map() };
  /** Gives a variable a block: `over`, which its op reads for the last time, or a new one. */
  const place = (
    blockOf: Map<Variable, Block>,
    variable: Variable,
    { from, to, over }: { from: number; to: number; over: Block | undefined },
  ) => {
    const size = variable.shape.reduce((product, length) => product * length, 1);
    if (over !== undefined && over.to === from && over.size === size) {
      over.to = to;
      blockOf.set(variable, over);
    } else {
      const block = { size, from, to };
      found.blocks.push(block);
      blockOf.set(variable, block);
    }
  };

  steps.forEach(({ op, inputs, out }, moment) => {
    const over = mayOverwrite && op.inPlace ? found.values.get(inputs[0]) : undefined;
    place(found.values, out, { from: moment, to: lastReads.get(out) ?? moment, over });
  });
  if (root === null) return found;
  const lastUses = new Map(calls.map(({ step }, i) => [step.out, steps.length + 1 + i]));
  place(found.gradients, root, { from: steps.length, to: lastUses.get(root) ?? steps.length, over: undefined });
  calls.forEach(({ step, shares }, i) => {
    const from = steps.length + 1 + i;
    for (const share of shares) {
      if (share === null || !share.first || share.variable.parameter !== null) continue;
      const over = mayOverwrite && step.op.inPlace ? found.gradients.get(step.out) : undefined;
      place(found.gradients, share.variable, { from, to: lastUses.get(share.variable) ?? from, over });
    }
  });
  return found;
}

/** The moment of the last read of each value. */
function lastReadsOf(steps: readonly Step[], calls: readonly BackwardCall[]): Map<Variable, number> {
  const lastReads = new Map<Variable, number>();
  steps.forEach(({ inputs }, moment) => inputs.forEach((input) => lastReads.set(input, moment)));
  calls.forEach(({ step: { op, inputs, out } }, i) => {
    const moment = steps.length + 1 + i;
    for (const input of op.backwardReads.inputs) lastReads.set(inputs[input], moment);
    if (op.backwardReads.out) lastReads.set(out, moment);
  });
  return lastReads;
}
