// Where the scratch of the kernels lies. All of it is inside the memory that the module declares as initial, and every
// address is a constant: V8 checks the bounds of each load and store, except of those whose constant address it can
// prove to be inside the declared minimum. Tensors begin after the initial memory.

/** Rows of the right operand that one pass of a gemm_rows tile takes in. */
export const DEPTH: i32 = 64;
/** Rows of a gemm_rows tile. */
export const TILE_ROWS: i32 = 5;
/** Columns of a gemm_rows tile. */
export const TILE_COLUMNS: i32 = 8;

/** Where gather.ts leaves the result of its touching. */
export const SEEN: usize = 64;
/** The 256 float32 of the look-up table that gather.ts is using. */
export const TABLE: usize = 1024;
/** A piece of the left operand, float32 [DEPTH, TILE_ROWS]. */
export const PANEL: usize = 2048;
/** A tile at the edge of a matrix, float32 [TILE_ROWS, TILE_COLUMNS]. */
export const EDGE: usize = 4096;
/** The tile at the same edge of the matrix that a product is added to. */
export const EDGE_OF_P: usize = 4352;

// wide/layout.ts lays out what lies from 5120 to 65536.
