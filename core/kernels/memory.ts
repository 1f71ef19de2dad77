/**
 * The kernels' memory. The initial memory that kernels.wasm declares is scratch space of the kernels; everything after it
 * is a stack of blocks: `allocate` takes from the top, `release` frees everything above a mark.
 */
import { memory } from "./kernels.wasm";

const PAGE = 65536;
const MAX_BYTES = 65536 * PAGE;
/** A cache line; also aligns SIMD loads at the start of every block. */
const ALIGNMENT = 64;
/** Bytes kept free after the topmost block: SIMD kernels may read, but never use or write, up to 60 bytes past an end. */
const SLACK = 64;

let top = memory.buffer.byteLength;
/** Nothing was ever allocated above this address, so the memory there is still zero. */
let untouched = top;

/** The buffer behind all tensors. Growing the memory replaces it and detaches the old one. */
export function buffer(): ArrayBuffer {
  return memory.buffer as ArrayBuffer; // never shared
}

/** The current top of the stack, for `release`. */
export function mark(): number {
  return top;
}

/** Frees everything allocated since `mark()` returned this address. */
export function release(address: number): void {
  top = address;
}

/**
 * Allocates a block of zeros, aligned to 64 bytes, and returns its address.
 * @throws RangeError when the memory, at most 4 GiB, cannot hold it.
 */
export function allocate(bytes: number): number {
  const address = top;
  const end = address + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
  const missing = end + SLACK - memory.buffer.byteLength;
  if (missing > 0) grow(Math.ceil(missing / PAGE), bytes);
  top = end;
  const dirtyEnd = Math.min(top, untouched);
  if (dirtyEnd > address) new Uint8Array(memory.buffer, address, dirtyEnd - address).fill(0);
  untouched = Math.max(untouched, top);
  return address;
}

function grow(pages: number, bytes: number): void {
  try {
    memory.grow(pages);
  } catch {
    const used = Math.round(top / 1048576);
    throw new RangeError(
      `Out of memory for a tensor of ${bytes} bytes: ${used} MiB of at most ${MAX_BYTES / 1048576} MiB are in use. ` +
        `Use a smaller dataset or batch, or free tensors with scoped().`,
    );
  }
}
