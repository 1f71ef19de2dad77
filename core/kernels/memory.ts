/**
 * The kernels' memory. The initial memory that kernels.wasm declares is scratch space for the kernels. A stack of blocks
 * follows: `allocate` adds a block at the top, `release` frees all blocks above a mark.
 */
import { OutOfMemoryError } from "../errors.ts";
import { memory } from "./kernels.wasm";

const PAGE = 65536;
const MAX_MIB = 4096;
/** A cache line; also aligns SIMD loads at the start of every block. */
const ALIGNMENT = 64;
/** Bytes kept free after the top: SIMD kernels can read up to 60 bytes past the end of a block, without using them. */
const SLACK = 128;

let top = memory.buffer.byteLength;
/** The memory above this address was never allocated, so it is still zero. */
let untouched = top;

/** The buffer of all tensors. Growing the memory replaces it and detaches the old one. */
export function buffer(): ArrayBuffer {
  return memory.buffer as ArrayBuffer; // never shared
}

/** The current top of the stack, for `release`. */
export function mark(): number {
  return top;
}

/** Frees everything that was allocated since `mark()` returned this address. */
export function release(address: number): void {
  top = address;
}

/** Allocates a block of zeros, 64-byte aligned. @throws OutOfMemoryError if the memory, at most 4 GiB, is too small. */
export function allocate(bytes: number): number {
  const dirtyEnd = untouched;
  const address = reserve(bytes);
  const length = Math.min(top, dirtyEnd) - address;
  if (length > 0) new Uint8Array(memory.buffer, address, length).fill(0);
  return address;
}

/** Allocates a block whose content is what was there before. @throws OutOfMemoryError as `allocate` does. */
export function reserve(bytes: number): number {
  const address = top;
  const end = address + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
  const missing = end + SLACK - memory.buffer.byteLength;
  if (missing > 0) grow(Math.ceil(missing / PAGE), bytes);
  top = end;
  untouched = Math.max(untouched, top);
  return address;
}

function grow(pages: number, bytes: number): void {
  try {
    memory.grow(pages);
  } catch {
    const used = Math.round(top / 1048576);
    throw new OutOfMemoryError(
      `Out of memory: cannot allocate ${bytes} bytes, because ${used} of at most ${MAX_MIB} MiB are in use. ` +
        "Use a smaller dataset or batch, or free tensors with scoped().",
    );
  }
}
