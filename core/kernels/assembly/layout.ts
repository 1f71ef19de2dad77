// Layout of the kernels' scratch memory. All of it lies inside the module's declared initial memory, and every address
// is a constant: V8 checks the bounds of each load and store except those whose constant address is provably inside the
// declared minimum. Tensors begin after the initial memory.

/** Rows of the right operand consumed by one pass of a gemm_rows tile. */
export const DEPTH: i32 = 64;
/** Rows of a gemm_rows tile. */
export const TILE_ROWS: i32 = 5;
/** Columns of a gemm_rows tile. */
export const TILE_COLUMNS: i32 = 8;

/** Where gather.ts stores what it prefetched, so that the loads are not optimized away. */
export const SEEN: usize = 64;
/** The lookup table in use by gather.ts, float32 [256]. */
export const TABLE: usize = 1024;
/** A panel of the left operand, float32 [DEPTH, TILE_ROWS]. */
export const PANEL: usize = 2048;
/** A tile at the edge of a matrix, float32 [TILE_ROWS, TILE_COLUMNS]. */
export const EDGE: usize = 4096;

// wide/layout.ts covers addresses 5120 to 65536.
