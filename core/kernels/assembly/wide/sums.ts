// Saves a tile's sums between two pieces of k; the scratch memory has a place for each tile.
import { SUMS, TILE_SUMS } from "./layout";

/** Saves what the tile left in SUMS. */
export function keepSums(to: usize): void {
  let sums = SUMS;
  // unroll $J < 20
  v128.store(to, v128.load(sums, $J * 16), $J * 16);
  // end unroll
}

/** Restores SUMS in one copy: loading 256 bits that were stored as two 128-bit halves would stall. */
export function takeSums(from: usize): void {
  memory.copy(SUMS, from, TILE_SUMS);
}
