/** Memory planning: values and gradients that are never needed at the same time share memory. */
import { sizeOf } from "../ops/op.ts";
import type { BackwardCall } from "./backward_schedule.ts";
import type { Node, Step } from "./recording.ts";

/** A block of memory that is needed for some time. */
export interface Block {
  /** Number of float32. */
  size: number;
  /** The first and the last moment at which it is needed. */
  from: number;
  to: number;
}

/** Offsets are multiples of this: 16 float32 fill a cache line of 64 bytes. */
const ALIGNMENT = 16;

/**
 * Assigns every block the lowest free offset, the largest blocks first. Small ones then fill the gaps. Returns offsets and
 * the total size as numbers of float32.
 */
export function planMemory(blocks: readonly Block[]): { offsets: number[]; size: number } {
  const placed: { block: Block; start: number; end: number }[] = [];
  const offsets = new Array<number>(blocks.length);
  const largestFirst = blocks.map((_, i) => i).sort((a, b) => blocks[b].size - blocks[a].size || a - b);
  for (const index of largestFirst) {
    const block = blocks[index];
    const conflicting = placed.filter(({ block: other }) => other.from <= block.to && block.from <= other.to)
      .sort((a, b) => a.start - b.start);
    let start = 0;
    for (const other of conflicting) {
      if (start + block.size <= other.start) break;
      start = Math.max(start, other.end);
    }
    offsets[index] = start;
    placed.push({ block, start, end: Math.ceil((start + block.size) / ALIGNMENT) * ALIGNMENT });
  }
  return { offsets, size: Math.max(0, ...placed.map(({ end }) => end)) };
}

/**
 * The blocks of all computed values and gradients, and that of each; inputs and parameters already have memory. Moments
 * 0 to S − 1 are the S forward steps, at S the gradient of the loss is set to 1, then one follows per backward call.
 * @param root The node that the backward calls start from; null if there are none.
 * @param keep Nodes whose values are read after the last call.
 */
export function lifetimesOf(
  steps: readonly Step[],
  calls: readonly BackwardCall[],
  root: Node | null,
  keep: readonly Node[],
) {
  const lastReads = lastReadsOf(steps, calls);
  for (const node of keep) lastReads.set(node, steps.length + 1 + calls.length);
  const blocks: Block[] = [];
  const [values, gradients] = [new Map<Node, Block>(), new Map<Node, Block>()];
  /** Assigns a node the block `over` if its op can overwrite it and no later call reads it, otherwise a new block. */
  const assign = (blockOf: Map<Node, Block>, node: Node, from: number, to: number, over?: Block) => {
    const size = sizeOf(node.shape);
    const canOverwrite = over !== undefined && over.to === from && over.size === size;
    const block = canOverwrite ? over : { size, from, to };
    if (canOverwrite) block.to = to;
    else blocks.push(block);
    blockOf.set(node, block);
  };

  steps.forEach(({ op, inputs, out }, moment) => {
    assign(values, out, moment, lastReads.get(out) ?? moment, op.inPlace && values.get(inputs[0]));
  });
  if (root !== null) {
    const lastUses = new Map(calls.map(({ step }, i) => [step.out, steps.length + 1 + i]));
    assign(gradients, root, steps.length, lastUses.get(root) ?? steps.length);
    calls.forEach(({ step, contributions }, i) => {
      const moment = steps.length + 1 + i;
      for (const one of contributions) {
        if (one === null || !one.isFirst || one.node.parameter !== null) continue;
        const over = step.op.inPlace && gradients.get(step.out);
        assign(gradients, one.node, moment, lastUses.get(one.node) ?? moment, over);
      }
    });
  }
  return { blocks, values, gradients };
}

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
