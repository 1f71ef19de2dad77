/**
 * The memory of the kernels and who owns which part of it. The declared initial memory belongs to the kernels' scratch;
 * everything after it is a stack of blocks: `allocate` takes from the top, `release` gives back all above a mark.
 */
import { memory } from "./kernels.wasm";

const PAGE = 65536;
const MAX_BYTES = 65536 * PAGE;
/** A cache line; also keeps every SIMD load of a row's start aligned. */
const ALIGNMENT = 64;
/** Bytes kept after the topmost block: SIMD kernels may read (never use, never write) up to 60 past an end. */
const SLACK = 64;

let top = memory.buffer.byteLength;
/** Above this address nothing was ever allocated, so the memory is still zero. */
let untouched = top;

/** The buffer behind all tensors. It is another one after the memory grew; the old one then has length 0. */
export function buffer(): ArrayBuffer {
  return memory.buffer as ArrayBuffer; // never shared
}

/** The state of the stack now, for `release`. */
export function mark(): number {
  return top;
}

/** Frees everything allocated since `mark()` gave this address. */
export function release(address: number): void {
  top = address;
}

/**
 * Takes a block of zeros, aligned to 64 bytes, and gives its address.
 * @throws RangeError when the memory, at most 4 GiB, cannot hold it.
 */
export function allocate(bytes: number): number {
  const address = take(bytes);
  const dirtyEnd = Math.min(top, untouched);
  if (dirtyEnd > address) new Uint8Array(memory.buffer, address, dirtyEnd - address).fill(0);
  untouched = Math.max(untouched, top);
  return address;
}

function take(bytes: number): number {
  const address = top;
  const end = address + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
  const missing = end + SLACK - memory.buffer.byteLength;
  if (missing > 0) grow(Math.ceil(missing / PAGE), bytes);
  top = end;
  return address;
}

function grow(pages: number, bytes: number): void {
  try {
    memory.grow(pages);
  } catch {
    const used = Math.round(top / 1048576);
    throw new RangeError(
      `No room for a tensor of ${bytes} bytes: ${used} MiB are in use and the memory ends at ${
        MAX_BYTES / 1048576
      } MiB. ` +
        `Use a smaller dataset or batch, or free tensors with scoped().`,
    );
  }
}
