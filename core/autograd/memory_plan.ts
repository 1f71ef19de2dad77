/**
 * Where values of a program lie: those that are never needed at the same time share memory. Planning yields plain data
 * and knows nothing of tensors.
 */

/** Something that needs memory for a while. */
export interface Block {
  /** How many numbers. */
  size: number;
  /** It is needed from this moment to that one, both included. */
  from: number;
  to: number;
}

/** An offset for each block, and how many numbers all of them take together. */
export interface MemoryPlan {
  offsets: number[];
  size: number;
}

/** Blocks begin at multiples of this many numbers: 64 bytes of float32, a cache line. */
const ALIGNMENT = 16;

/**
 * Gives every block the lowest place that no block needed at the same time has, the largest blocks first: small ones
 * then fill what is left between.
 */
export function planMemory(blocks: readonly Block[]): MemoryPlan {
  const placed: { block: Block; start: number; end: number }[] = [];
  const offsets = new Array<number>(blocks.length);
  const largestFirst = blocks.map((_, i) => i).sort((a, b) => blocks[b].size - blocks[a].size || a - b);
  for (const index of largestFirst) {
    const block = blocks[index];
    const inTheWay = placed.filter(({ block: other }) => other.from <= block.to && block.from <= other.to)
      .sort((a, b) => a.start - b.start);
    let start = 0;
    for (const other of inTheWay) {
      if (start + block.size <= other.start) break;
      start = Math.max(start, aligned(other.end));
    }
    offsets[index] = start;
    placed.push({ block, start, end: start + block.size });
  }
  return { offsets, size: placed.reduce((size, { end }) => Math.max(size, aligned(end)), 0) };
}

/** What blocks take when each has memory of its own. */
export function planSeparately(blocks: readonly Block[]): MemoryPlan {
  let size = 0;
  const offsets = blocks.map((block) => {
    const start = size;
    size += aligned(block.size);
    return start;
  });
  return { offsets, size };
}

function aligned(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}
