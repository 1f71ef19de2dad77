// Layout of the wide kernels' scratch memory: inside the initial memory of kernels.wasm, behind its own scratch.
// gemm_tn.ts says why every hot address has to be a constant.

/** The panel of gemm_tn: 64 + 7 rows of 16 columns. */
@inline
export const ROWS_PANEL: usize = 8192;
/** The panel of gemm_nt: 98 + 6 vectors of k, for ten columns. */
@inline
export const DOTS_PANEL: usize = 16384;
/** The sums of a tile: 20 vectors. */
@inline
export const SUMS: usize = 5120;
@inline
export const TILE_SUMS: usize = 320;
/** The sums of many tiles, saved between two pieces of k. */
@inline
export const KEPT: usize = 36864;
/** How many tiles fit there. */
@inline
export const KEPT_TILES: i32 = 64;
