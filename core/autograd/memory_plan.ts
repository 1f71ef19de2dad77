/** Memory planning: blocks that are never needed at the same time share memory. */

/** A block of memory that is needed for some time. */
export interface Block {
  /** Number of float32. */
  size: number;
  /** The first and the last moment at which it is needed. */
  from: number;
  to: number;
}

/** The offset of each block and the total size, as numbers of float32. */
export interface MemoryPlan {
  offsets: number[];
  size: number;
}

/** Offsets are multiples of this: 16 float32 fill a cache line of 64 bytes. */
const ALIGNMENT = 16;

/** Assigns every block the lowest free offset, the largest blocks first. Small ones then fill the gaps. */
export function planMemory(blocks: readonly Block[]): MemoryPlan {
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
