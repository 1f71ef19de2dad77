// A tile's sums between two pieces of k: kept where the scratch has a place for each tile.
import { SUMS, TILE_SUMS } from "./layout";

/** From SUMS, where the tile left them. */
export function keepSums(to: usize): void {
  let sums = SUMS;
  // unroll $J < 20
  v128.store(to, v128.load(sums, $J * 16), $J * 16);
  // end unroll
}

/** In one piece: a pair that is loaded as 256 bits waits for its halves if they were stored as 128. */
export function takeSums(from: usize): void {
  memory.copy(SUMS, from, TILE_SUMS);
}
