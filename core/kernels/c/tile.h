// Tiles of a matrix product: the part of c that is kept in registers while `depth` values of k pass by. Every element of c adds
// its products from k = 0 on, so lanes are columns of c and never have to be joined. One of the operands is copied first: for
// WebAssembly to a constant address, because it checks no bounds there, hence the unrolling over all of `depth`.
#pragma once
#include "lanes.h"

/** The largest `depth` of a panel, and of the copied rows. */
#define PANEL_DEPTH 128
#define LEFT_DEPTH 64
/** Vectors in a row of a panel. */
#define VECTORS 4
#define WIDTH (VECTORS * LANES)

/** Rows of a tile of 1, 2, 3 and 4 vectors: its sums and the vectors in use just fill the registers. */
#if LANES == 16 || defined(__aarch64__)
#define ROWS1 11
#define ROWS2 10
#define ROWS3 8
#define ROWS4 6
#else
#define ROWS1 8
#define ROWS2 5
#define ROWS3 3
#define ROWS4 2
#endif
#define MOST_ROWS 10

/** Columns of b, float32 [depth, WIDTH]. */
SCRATCH float panel[PANEL_DEPTH * WIDTH];
/** Rows of a, float32 [depth, ROWS2], of which there are at most MOST_ROWS; a vector more can be written. */
SCRATCH float left[LEFT_DEPTH * MOST_ROWS + LANES];

/** One step: the products of A(r, k), an element of a, with B(v, k), a vector of b. */
#define STEP(R, V, K, A, B) \
  { \
    vf row[V]; \
    UNROLL for (int v = 0; v < V; v++) row[v] = B(v, K); \
    UNROLL for (int r = 0; r < R; r++) { \
      const vf x = splat(A(R, r, K)); \
      UNROLL for (int v = 0; v < V; v++) { \
        sums[r][v] = sums[r][v] + x * row[v]; \
        STAY(sums[r][v]); \
      } \
    } \
    b += stride; \
  }
#ifdef __wasm__
#define FOUR_STEPS(R, V, K, A, B) \
  STEP(R, V, K, A, B) STEP(R, V, (K) + 1, A, B) STEP(R, V, (K) + 2, A, B) STEP(R, V, (K) + 3, A, B)
#define EIGHT_STEPS(R, V, K, A, B) \
  if (depth < (K) + 8) break; \
  FOUR_STEPS(R, V, K, A, B) \
  FOUR_STEPS(R, V, (K) + 4, A, B) \
  k = (K) + 8;
#define THIRTY_TWO_STEPS(R, V, K, A, B) \
  EIGHT_STEPS(R, V, K, A, B) \
  EIGHT_STEPS(R, V, (K) + 8, A, B) \
  EIGHT_STEPS(R, V, (K) + 16, A, B) \
  EIGHT_STEPS(R, V, (K) + 24, A, B)
#define LEFT_STEPS(R, V, A, B) THIRTY_TWO_STEPS(R, V, 0, A, B) THIRTY_TWO_STEPS(R, V, 32, A, B)
#define PANEL_STEPS(R, V, A, B) \
  LEFT_STEPS(R, V, A, B) \
  THIRTY_TWO_STEPS(R, V, 64, A, B) \
  THIRTY_TWO_STEPS(R, V, 96, A, B)
#define STEPS(R, V, A, B, ALL_STEPS) \
  int k = 0; \
  do { \
    ALL_STEPS(R, V, A, B) \
  } while (0); \
  for (; k < depth; k++) STEP(R, V, k, A, B)
#else
#define STEPS(R, V, A, B, ALL_STEPS) _Pragma("GCC unroll 4") for (int k = 0; k < depth; k++) STEP(R, V, k, A, B)
#endif

/**
 * Computes a tile of c, whose rows are `c_row` apart: R rows, of which `rows` exist and the others repeat the last one, by V
 * vectors. `at` is the operand that is read where it is, its rows `stride` apart, and `copied` the other one. `first`: c is
 * to be set, not added to.
 */
#define TILE(NAME, R, V, A, B, ALL_STEPS) \
  NOINLINE void NAME(float *c, size c_row, size rows, const float *at, size stride, const float *copied, int depth, int first) { \
    vf sums[R][V]; \
    float *to[R]; \
    const float *row_of[R], *b = at; \
    (void)row_of, (void)b, (void)copied; \
    UNROLL for (int r = 0; r < R; r++) { \
      const size row = r < rows ? r : rows - 1; \
      row_of[r] = at + row * stride; \
      to[r] = c + row * c_row; \
      UNROLL for (int v = 0; v < V; v++) sums[r][v] = first ? splat(0) : load(to[r] + v * LANES); \
    } \
    STEPS(R, V, A, B, ALL_STEPS) \
    UNROLL for (int r = 0; r < R; r++) { \
      UNROLL for (int v = 0; v < V; v++) store(to[r] + v * LANES, sums[r][v]); \
    } \
  }

/** The copied operand: WebAssembly has it at a constant address; elsewhere looking up a thread's own costs a call. */
#ifdef __wasm__
#define COPIED(WHERE) WHERE
#else
#define COPIED(WHERE) copied
#endif

#define A_IN_PLACE(R, r, k) row_of[r][k]
#define B_IN_PANEL(v, k) *(const vf *)(COPIED(panel) + (k) * WIDTH + (v) * LANES)
#define A_COPIED(R, r, k) COPIED(left)[(k) * R + (r)]
#define B_IN_PLACE(v, k) load(b + (v) * LANES)

TILE(panel_tile1, ROWS1, 1, A_IN_PLACE, B_IN_PANEL, PANEL_STEPS)
TILE(panel_tile2, ROWS2, 2, A_IN_PLACE, B_IN_PANEL, PANEL_STEPS)
TILE(panel_tile3, ROWS3, 3, A_IN_PLACE, B_IN_PANEL, PANEL_STEPS)
TILE(panel_tile4, ROWS4, 4, A_IN_PLACE, B_IN_PANEL, PANEL_STEPS)
TILE(place_tile1, ROWS2, 1, A_COPIED, B_IN_PLACE, LEFT_STEPS)
TILE(place_tile2, ROWS2, 2, A_COPIED, B_IN_PLACE, LEFT_STEPS)

typedef void tile_function(float *, size, size, const float *, size, const float *, int, int);
