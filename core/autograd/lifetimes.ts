/**
 * Liveness: when the values and gradients of a recording are needed. Moment m is the m-th forward step; then comes one
 * moment in which the loss is given its gradient, 1; then the backward calls.
 */
import { sizeOf } from "../ops/shapes.ts";
import type { BackwardCall } from "./backward_calls.ts";
import type { Block } from "./memory_plan.ts";
import type { Node, Step } from "./recording.ts";

/** The blocks of a recording, and which of them holds each value and gradient. */
export interface Lifetimes {
  blocks: Block[];
  values: Map<Node, Block>;
  gradients: Map<Node, Block>;
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
  root: Node | null,
  keep: readonly Node[],
  mayOverwrite: boolean,
): Lifetimes {
  const end = steps.length + 1 + calls.length;
  const lastReads = lastReadsOf(steps, calls);
  for (const node of keep) lastReads.set(node, end);

  const found: Lifetimes = { blocks: [], values: new Map(), gradients: new Map() };
  /** Gives a node a block: `over`, which its op reads for the last time, or a new one. */
  const place = (
    blockOf: Map<Node, Block>,
    node: Node,
    { from, to, over }: { from: number; to: number; over: Block | undefined },
  ) => {
    const size = sizeOf(node.shape);
    if (over !== undefined && over.to === from && over.size === size) {
      over.to = to;
      blockOf.set(node, over);
    } else {
      const block = { size, from, to };
      found.blocks.push(block);
      blockOf.set(node, block);
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
      if (share === null || !share.first || share.node.parameter !== null) continue;
      const over = mayOverwrite && step.op.inPlace ? found.gradients.get(step.out) : undefined;
      place(found.gradients, share.node, { from, to: lastUses.get(share.node) ?? from, over });
    }
  });
  return found;
}

/** The moment of the last read of each value. */
function lastReadsOf(steps: readonly Step[], calls: readonly BackwardCall[]): Map<Node, number> {
  const lastReads = new Map<Node, number>();
  steps.forEach(({ inputs }, moment) => inputs.forEach((input) => lastReads.set(input, moment)));
  calls.forEach(({ step: { op, inputs, out } }, i) => {
    const moment = steps.length + 1 + i;
    for (const input of op.backwardReads.inputs) lastReads.set(inputs[input], moment);
    if (op.backwardReads.out) lastReads.set(out, moment);
  });
  return lastReads;
}
