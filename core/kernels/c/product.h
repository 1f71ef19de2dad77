// Matrix products. Every element of c adds its products from k = 0 on, so lanes are columns of c and never have to be joined.
// A tile of c is kept in registers while `depth` values of k pass by. One of its operands is copied to a constant address
// first: WebAssembly checks no bounds there, hence the unrolling over all of `depth`. Where b is transposed that is b, turned
// into a panel of a few columns; otherwise it is a, a few rows of it.
#pragma once
#include "lanes.h"

/** The largest `depth` of a panel, and of the copied rows. */
#define PANEL_DEPTH 128
#define LEFT_DEPTH 64
/** Vectors in a row of a panel. */
#define VECTORS 4
#define WIDTH (VECTORS * LANES)
/** Rows of c whose columns of one panel are finished before those of the next. */
#define BLOCK 128

/** Rows of a tile of 1, 2, 3 and 4 vectors: its sums and the vectors in use just fill the registers. */
#if LANES == 16 || defined(__aarch64__)
#define ROWS1 12
#define ROWS2 12
#define ROWS3 8
#define ROWS4 6
#else
#define ROWS1 8
#define ROWS2 5
#define ROWS3 3
#define ROWS4 2
#endif
#define MOST_ROWS 12

/** Columns of b, float32 [depth, WIDTH]. */
SCRATCH float panel[PANEL_DEPTH * WIDTH];
/** Rows of a, float32 [depth, ROWS2], of which there are at most MOST_ROWS. */
SCRATCH float left[LEFT_DEPTH * MOST_ROWS];
/** The columns of c in a block where they are fewer than a panel's; a tile at c's edge. */
SCRATCH float edge[BLOCK * WIDTH];

/** A matrix whose neighbours in a row are `column` apart, and in a column `row`; one of them is 1. */
typedef struct {
  const float *at;
  size row, column;
} matrix;

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
 * vectors. `at` is the operand that is read where it is, its rows `stride` apart. `first`: c is to be set, not added to.
 */
#define TILE(NAME, R, V, A, B, ALL_STEPS) \
  NOINLINE void NAME(float *c, size c_row, size rows, const float *at, size stride, int depth, int first) { \
    vf sums[R][V]; \
    float *to[R]; \
    const float *row_of[R], *b = at; \
    (void)row_of, (void)b; \
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

#define A_IN_PLACE(R, r, k) row_of[r][k]
#define B_IN_PANEL(v, k) *(const vf *)(panel + (k) * WIDTH + (v) * LANES)
#define A_COPIED(R, r, k) left[(k) * R + (r)]
#define B_IN_PLACE(v, k) load(b + (v) * LANES)

TILE(panel_tile1, ROWS1, 1, A_IN_PLACE, B_IN_PANEL, PANEL_STEPS)
TILE(panel_tile2, ROWS2, 2, A_IN_PLACE, B_IN_PANEL, PANEL_STEPS)
TILE(panel_tile3, ROWS3, 3, A_IN_PLACE, B_IN_PANEL, PANEL_STEPS)
TILE(panel_tile4, ROWS4, 4, A_IN_PLACE, B_IN_PANEL, PANEL_STEPS)
TILE(place_tile1, ROWS2, 1, A_COPIED, B_IN_PLACE, LEFT_STEPS)
TILE(place_tile2, ROWS2, 2, A_COPIED, B_IN_PLACE, LEFT_STEPS)

typedef void tile_function(float *, size, size, const float *, size, int, int);

/** Copies b[n + j, k + i] to panel[i, j], four by four elements; columns beyond N repeat the last one. */
static void turn_panel(const float *b, size K, size k, size n, size N, int depth) {
  const size columns = N - n < WIDTH ? N - n : WIDTH;
  for (size j = 0; j < columns; j += 4) {
    const float *row[4];
    UNROLL for (int r = 0; r < 4; r++) row[r] = b + (n + j + r < N ? n + j + r : N - 1) * K + k;
    float *to = panel + j;
    for (int i = 0; i < depth; i += 4, to += 4 * WIDTH) {
      const f4 r0 = *(const f4_at *)(row[0] + i), r1 = *(const f4_at *)(row[1] + i);
      const f4 r2 = *(const f4_at *)(row[2] + i), r3 = *(const f4_at *)(row[3] + i);
      const f4 even01 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5), even23 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
      const f4 odd01 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7), odd23 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
      *(f4_at *)to = __builtin_shufflevector(even01, even23, 0, 1, 4, 5);
      *(f4_at *)(to + WIDTH) = __builtin_shufflevector(even01, even23, 2, 3, 6, 7);
      *(f4_at *)(to + 2 * WIDTH) = __builtin_shufflevector(odd01, odd23, 0, 1, 4, 5);
      *(f4_at *)(to + 3 * WIDTH) = __builtin_shufflevector(odd01, odd23, 2, 3, 6, 7);
    }
  }
}

/** Adds the products of some rows of a with a panel: the columns of b from n on. */
static void add_panel(float *c, size c_row, const float *a, size rows, size n, size N, size K, int depth, int first) {
  static tile_function *const tiles[] = {panel_tile1, panel_tile2, panel_tile3, panel_tile4};
  static const int tile_rows[] = {ROWS1, ROWS2, ROWS3, ROWS4};
  const int kind = N - n >= WIDTH ? VECTORS - 1 : (N - n - 1) / LANES;
  for (size m = 0; m < rows; m += tile_rows[kind]) {
    tiles[kind](c + m * c_row, c_row, rows - m, a + m * K, K, depth, first);
  }
}

/** Copies the columns that were computed beside c to it, and adds the bias to all. */
static void finish_rows(float *c, const float *bias, size rows, size N) {
  const size whole = N / WIDTH * WIDTH;
  for (size r = 0; r < rows; r++, c += N) {
    for (size n = bias == 0 ? whole : 0; n < N; n += LANES) {
      const vf sum = load(n < whole ? c + n : edge + r * WIDTH + n - whole);
      put(c + n, bias == 0 ? sum : sum + load(bias + n), N - n);
    }
  }
}

/** c[M,N] = a[M,K] · b[N,K]ᵀ + bias[N]; `bias` 0: none. */
EXPORT void gemmNt(float *c, const float *a, const float *b, const float *bias, size M, size N, size K) {
  for (size m = 0; m < M; m += BLOCK, c += BLOCK * N) {
    const size rows = M - m < BLOCK ? M - m : BLOCK;
    for (size k = 0; k < K; k += PANEL_DEPTH) {
      const int depth = K - k < PANEL_DEPTH ? K - k : PANEL_DEPTH;
      for (size n = 0; n < N; n += WIDTH) {
        const int whole = N - n >= WIDTH;
        turn_panel(b, K, k, n, N, depth);
        add_panel(whole ? c + n : edge, whole ? N : WIDTH, a + m * K + k, rows, n, N, K, depth, k == 0);
      }
    }
    finish_rows(c, bias, rows, N);
  }
}

/** A tile at the right edge of c is computed beside it. */
static void edge_tile(tile_function *tile, float *c, size N, size rows, size columns, const float *b, int depth, int first) {
  for (size r = 0; r < rows && r < ROWS2; r++) {
    for (size j = 0; j < columns; j++) edge[r * WIDTH + j] = first ? 0 : c[r * N + j];
  }
  tile(edge, WIDTH, rows, b, N, depth, first);
  for (size r = 0; r < rows && r < ROWS2; r++) {
    for (size j = 0; j < columns; j++) c[r * N + j] = edge[r * WIDTH + j];
  }
}

/** Copies a(m + r, k + i) to left[i, r]; rows beyond M repeat the last one. */
static void copy_rows(matrix a, size m, size k, size M, int depth) {
  for (size r = 0; r < ROWS2; r++) {
    const float *from = a.at + (m + r < M ? m + r : M - 1) * a.row + k * a.column;
    for (float *to = left + r; to < left + depth * ROWS2; to += ROWS2, from += a.column) *to = *from;
  }
}

/** c[M,N] = Σ_k a(m, k) · b[k, :]. */
static void product(float *c, matrix a, const float *b, size M, size N, size K) {
  for (size k = 0; k < K; k += LEFT_DEPTH) {
    const int depth = K - k < LEFT_DEPTH ? K - k : LEFT_DEPTH;
    for (size m = 0; m < M; m += ROWS2) {
      copy_rows(a, m, k, M, depth);
      for (size n = 0; n < N; n += 2 * LANES) {
        float *to = c + m * N + n;
        const float *from = b + k * N + n;
        if (N - n >= 2 * LANES) place_tile2(to, N, M - m, from, N, depth, k == 0);
        else edge_tile(N - n > LANES ? place_tile2 : place_tile1, to, N, M - m, N - n, from, depth, k == 0);
      }
    }
  }
}

/** c[M,N] = a[K,M]ᵀ · b[K,N]. */
EXPORT void gemmTn(float *c, const float *a, const float *b, size M, size N, size K) {
  product(c, (matrix){a, 1, M}, b, M, N, K);
}

/** c[M,N] = a[M,K] · b[K,N]. */
EXPORT void gemmNn(float *c, const float *a, const float *b, size M, size N, size K) {
  product(c, (matrix){a, K, 1}, b, M, N, K);
}
