// c[M,N] = Σ_k a(m, k) · b(k, n): every element adds its products from k = 0 on, so lanes are columns of c and need never
// be joined. b is copied to panels of a few vectors by DEPTH rows at a constant address: there WebAssembly needs no bounds
// checks, and every b, also a transposed one, is read in the same way.
#pragma once
#include "lanes.h"

/** Rows of a panel. */
#define DEPTH 64
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

static _Alignas(64) float panel[DEPTH * WIDTH];
/** The columns of a block where they are fewer than a panel's. */
static _Alignas(64) float edge[BLOCK * WIDTH];

/** One step of a tile: the products with row K of the panel; AT(R) is the element of a in row R. */
#define STEP(R, V, K, AT) \
  { \
    vf row[V]; \
    UNROLL for (int v = 0; v < V; v++) row[v] = *(const vf *)(panel + (K) * WIDTH + v * LANES); \
    UNROLL for (int r = 0; r < R; r++) { \
      const vf x = splat(AT(r, K)); \
      UNROLL for (int v = 0; v < V; v++) { \
        sums[r][v] = sums[r][v] + x * row[v]; \
        STAY(sums[r][v]); \
      } \
    } \
    along += stride; \
  }
#define FOUR_STEPS(R, V, K, AT) \
  STEP(R, V, K, AT) STEP(R, V, (K) + 1, AT) STEP(R, V, (K) + 2, AT) STEP(R, V, (K) + 3, AT)
#define EIGHT_STEPS(R, V, K, AT) FOUR_STEPS(R, V, K, AT) FOUR_STEPS(R, V, (K) + 4, AT)

/** Where a can be read with constant offsets: along k, or along m. */
#define ALONG_K(r, k) row_of[r][k]
#define ALONG_M(r, k) along[r]

/**
 * Adds the products with `depth` rows of the panel to R rows of c, which are `c_row` apart. `rows`: how many of them exist;
 * the others repeat the last one (ALONG_K), or compute something that is not stored. `first`: c is to be set.
 */
#define TILE(NAME, R, V, AT) \
  NOINLINE void NAME##V(float *c, size c_row, const float *a, size stride, size rows, int depth, int first) { \
    vf sums[R][V]; \
    const float *row_of[R], *along = a; \
    (void)along; \
    UNROLL for (int r = 0; r < R; r++) { \
      row_of[r] = a + (r < rows ? r : rows - 1) * stride; \
      const float *from = c + (r < rows ? r : rows - 1) * c_row; \
      UNROLL for (int v = 0; v < V; v++) sums[r][v] = first ? splat(0) : load(from + v * LANES); \
    } \
    int k = 0; \
    do { \
      if (depth < 8) break; \
      EIGHT_STEPS(R, V, 0, AT) \
      k = 8; \
      if (depth < 16) break; \
      EIGHT_STEPS(R, V, 8, AT) \
      k = 16; \
      if (depth < 24) break; \
      EIGHT_STEPS(R, V, 16, AT) \
      k = 24; \
      if (depth < 32) break; \
      EIGHT_STEPS(R, V, 24, AT) \
      k = 32; \
      if (depth < 40) break; \
      EIGHT_STEPS(R, V, 32, AT) \
      k = 40; \
      if (depth < 48) break; \
      EIGHT_STEPS(R, V, 40, AT) \
      k = 48; \
      if (depth < 56) break; \
      EIGHT_STEPS(R, V, 48, AT) \
      k = 56; \
      if (depth < 64) break; \
      EIGHT_STEPS(R, V, 56, AT) \
      k = 64; \
    } while (0); \
    for (; k < depth; k++) STEP(R, V, k, AT) \
    UNROLL for (int r = 0; r < R; r++) { \
      if (r < rows) UNROLL for (int v = 0; v < V; v++) store(c + r * c_row + v * LANES, sums[r][v]); \
    } \
  }

TILE(along_k_, ROWS1, 1, ALONG_K)
TILE(along_k_, ROWS2, 2, ALONG_K)
TILE(along_k_, ROWS3, 3, ALONG_K)
TILE(along_k_, ROWS4, 4, ALONG_K)
TILE(along_m_, ROWS1, 1, ALONG_M)
TILE(along_m_, ROWS2, 2, ALONG_M)
TILE(along_m_, ROWS3, 3, ALONG_M)
TILE(along_m_, ROWS4, 4, ALONG_M)

typedef void tile_function(float *, size, const float *, size, size, int, int);

/** The strides of a matrix: how far apart its elements are along m, n or k. One of the two is 1. */
typedef struct {
  const float *at;
  size row, column;
} matrix;

/** Copies rows k … k + depth of b's columns n … n + WIDTH to the panel, whatever is beyond N included. */
static void copy_panel(matrix b, size k, size n, int depth) {
  const float *from = b.at + k * b.row + n;
  for (int i = 0; i < depth; i++, from += b.row) {
    UNROLL for (int v = 0; v < VECTORS; v++) store(panel + i * WIDTH + v * LANES, load(from + v * LANES));
  }
}

typedef float f4 __attribute__((vector_size(16)));
typedef float f4_at __attribute__((vector_size(16), aligned(4), may_alias));

/** The same of a transposed b: four by four elements at a time. */
static void turn_panel(matrix b, size k, size n, int depth, size N) {
  for (int j = 0; j < WIDTH; j += 4) {
    const float *row[4];
    UNROLL for (int r = 0; r < 4; r++) row[r] = b.at + (n + j + r < N ? n + j + r : N - 1) * b.column + k;
    for (int i = 0; i < depth; i += 4) {
      const f4 r0 = *(const f4_at *)(row[0] + i), r1 = *(const f4_at *)(row[1] + i);
      const f4 r2 = *(const f4_at *)(row[2] + i), r3 = *(const f4_at *)(row[3] + i);
      const f4 a = __builtin_shufflevector(r0, r1, 0, 4, 1, 5), b = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
      const f4 c = __builtin_shufflevector(r0, r1, 2, 6, 3, 7), d = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
      float *to = panel + i * WIDTH + j;
      *(f4_at *)to = __builtin_shufflevector(a, b, 0, 1, 4, 5);
      *(f4_at *)(to + WIDTH) = __builtin_shufflevector(a, b, 2, 3, 6, 7);
      *(f4_at *)(to + 2 * WIDTH) = __builtin_shufflevector(c, d, 0, 1, 4, 5);
      *(f4_at *)(to + 3 * WIDTH) = __builtin_shufflevector(c, d, 2, 3, 6, 7);
    }
  }
}

/** Computes a block of up to BLOCK rows and WIDTH columns of c. */
static void product_block(float *c, size c_row, matrix a, matrix b, size rows, size n, size N, size K) {
  static tile_function *const along_k[] = {along_k_1, along_k_2, along_k_3, along_k_4};
  static tile_function *const along_m[] = {along_m_1, along_m_2, along_m_3, along_m_4};
  static const int tile_rows[] = {ROWS1, ROWS2, ROWS3, ROWS4};
  const size left = N - n;
  const int kind = left >= WIDTH ? VECTORS - 1 : (left - 1) / LANES;
  tile_function *const tile = a.column == 1 ? along_k[kind] : along_m[kind];
  const size stride = a.column == 1 ? a.row : a.column;
  for (size k = 0; k < K; k += DEPTH) {
    const int depth = K - k < DEPTH ? K - k : DEPTH;
    if (b.column == 1) copy_panel(b, k, n, depth);
    else turn_panel(b, k, n, depth, N);
    for (size m = 0; m < rows; m += tile_rows[kind]) {
      tile(c + m * c_row, c_row, a.at + m * a.row + k * a.column, stride, rows - m, depth, k == 0);
    }
  }
}

/** `bias` 0: none. */
static void product(float *c, matrix a, matrix b, const float *bias, size M, size N, size K) {
  for (size m = 0; m < M; m += BLOCK) {
    const size rows = M - m < BLOCK ? M - m : BLOCK;
    const matrix block = {a.at + m * a.row, a.row, a.column};
    for (size n = 0; n < N; n += WIDTH) {
      const size columns = N - n < WIDTH ? N - n : WIDTH;
      float *to = c + m * N + n;
      const int whole = columns == WIDTH;
      float *from = whole ? to : edge;
      const size from_row = whole ? N : WIDTH;
      product_block(from, from_row, block, b, rows, n, N, K);
      if (whole && bias == 0) continue;
      for (size r = 0; r < rows; r++) {
        for (size j = 0; j < columns; j += LANES) {
          const vf sum = load(from + r * from_row + j);
          put(to + r * N + j, bias == 0 ? sum : sum + load(bias + n + j), columns - j);
        }
      }
    }
  }
}

/** c[M,N] = a[M,K] · b[N,K]ᵀ + bias[N]. */
EXPORT void gemmNt(float *c, const float *a, const float *b, const float *bias, size M, size N, size K) {
  product(c, (matrix){a, K, 1}, (matrix){b, 1, K}, bias, M, N, K);
}

/** c[M,N] = a[K,M]ᵀ · b[K,N]. */
EXPORT void gemmTn(float *c, const float *a, const float *b, size M, size N, size K) {
  product(c, (matrix){a, 1, M}, (matrix){b, N, 1}, 0, M, N, K);
}

/** c[M,N] = a[M,K] · b[K,N]. */
EXPORT void gemmNn(float *c, const float *a, const float *b, size M, size N, size K) {
  product(c, (matrix){a, K, 1}, (matrix){b, N, 1}, 0, M, N, K);
}
