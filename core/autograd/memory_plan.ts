/** Memory planning: blocks that are never needed at the same time share memory. */

/** Something that needs memory for some time. */
export interface Block {
  /** In numbers. */
  size: number;
  /** The first and the last moment at which it is needed. */
  from: number;
  to: number;
}

/** The offset of each block and the total size, in numbers. */
export interface MemoryPlan {
  offsets: number[];
  size: number;
}

/** Blocks start at multiples of this many numbers: 64 bytes of float32, a cache line. */
const ALIGNMENT = 16;

/** Gives every block the lowest free offset, the largest blocks first, so that small ones fill the gaps. */
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

/** Gives every block its own memory. */
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
