/** What the groups of kernels need to call the compiled functions. */
import type { F32, Operand } from "./operand.ts";
import type * as wasm from "./kernels.wasm";
import { mark, release, reserve } from "./memory.ts";

const FLOAT_BYTES = 4;

/** The functions of c/, which take addresses. */
export type Compiled = Omit<typeof wasm, "memory" | "__stack_pointer">;

/** The address of an operand for the compiled functions; 0 for none. The memory may have moved when it has grown. */
export type AddressOf = (operand: Pick<Operand<unknown>, "ptr"> | null) => number;

/** Lends memory with any content to a call: a block for each number of float32. Addresses are to be computed inside. */
export function withTemporary(sizes: readonly number[], use: (...blocks: { ptr: number }[]) => void): void {
  const before = mark();
  use(...sizes.map((size) => ({ ptr: reserve(size * FLOAT_BYTES) })));
  release(before);
}

/**
 * Has `compute` write to the target, or to temporary memory that is then added to the target. It must not lend more: `to` is
 * an address already.
 */
export function storeOrAdd(
  compiled: Compiled,
  at: AddressOf,
  target: F32,
  accumulate: boolean,
  compute: (to: number) => void,
): void {
  if (!accumulate) return compute(at(target));
  withTemporary([target.size], (temporary) => {
    compute(at(temporary));
    compiled.add(at(target), at(target), at(temporary), target.size);
  });
}
