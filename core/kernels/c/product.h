// Matrix products. Every element of c adds its products from k = 0 on, so lanes are columns of c and never have to be joined.
// A tile of c is kept in registers while `depth` values of k pass by. One of its operands is copied to a constant address
// first: WebAssembly checks no bounds there, hence the unrolling over all of `depth`. Where b is transposed that is b, turned
// into a panel of a few columns; otherwise it is a, a few rows of it.
#pragma once
#include "share.h"

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

/** c[M,N] = a · b + bias. */
typedef struct {
  float *c;
  matrix a;
  const float *b, *bias;
  size M, N, K;
} product;

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

static const int tile_rows[] = {ROWS1, ROWS2, ROWS3, ROWS4};

/** The tile for a panel of so many columns. */
static int kind_of_tile(size columns) {
  return columns >= WIDTH ? VECTORS - 1 : (columns - 1) / LANES;
}

/** Adds the products of some rows of a with a panel: the columns of b from n on. */
static void add_panel(float *c, size c_row, const float *a, size rows, size n, size N, size K, int depth, int first) {
  static tile_function *const tiles[] = {panel_tile1, panel_tile2, panel_tile3, panel_tile4};
  const int kind = kind_of_tile(N - n);
  for (size m = 0; m < rows; m += tile_rows[kind]) {
    tiles[kind](c + m * c_row, c_row, rows - m, a + m * K, K, panel, depth, first);
  }
}

/** Copies the columns that were computed beside c to it, and adds the bias, in the columns n to n_end. */
static void finish_rows(float *c, const float *bias, size rows, size N, size n, size n_end) {
  const size whole = N / WIDTH * WIDTH;
  for (size r = 0; r < rows; r++, c += N) {
    for (size j = bias == 0 && n < whole ? whole : n; j < n_end; j += LANES) {
      const vf sum = load(j < whole ? c + j : edge + r * WIDTH + j - whole);
      put(c + j, bias == 0 ? sum : sum + load(bias + j), N - j);
    }
  }
}

/** The columns n to n_end of the rows m to m_end of c; both begin at a tile. */
static void panel_part(const product *p, size m, size m_end, size n, size n_end) {
  const size N = p->N, K = p->K;
  for (; m < m_end; m += BLOCK) {
    const size rows = m_end - m < BLOCK ? m_end - m : BLOCK;
    float *c = p->c + m * N;
    for (size k = 0; k < K; k += PANEL_DEPTH) {
      const int depth = K - k < PANEL_DEPTH ? K - k : PANEL_DEPTH;
      for (size j = n; j < n_end; j += WIDTH) {
        const int whole = N - j >= WIDTH;
        turn_panel(p->b, K, k, j, N, depth);
        add_panel(whole ? c + j : edge, whole ? N : WIDTH, p->a.at + m * K + k, rows, j, N, K, depth, k == 0);
      }
    }
    finish_rows(c, p->bias, rows, N, n, n_end);
  }
}

static void panel_rows(const void *work, size m, size m_end) {
  const product *p = work;
  panel_part(p, m, m_end, 0, p->N);
}

static void panel_columns(const void *work, size n, size n_end) {
  const product *p = work;
  panel_part(p, 0, p->M, n, n_end);
}

/** c[M,N] = a[M,K] · b[N,K]ᵀ + bias[N]; `bias` 0: none. */
EXPORT void gemmNt(float *c, const float *a, const float *b, const float *bias, size M, size N, size K) {
  const product p = {c, {a, K, 1}, b, bias, M, N, K};
  const size threads = threads_for(M * N * K), tile = tile_rows[kind_of_tile(N)];
  // Each range turns its panels, so there should be few, of many rows.
  const size rows = M < threads * BLOCK ? (M + threads * tile - 1) / (threads * tile) * tile : BLOCK;
  if (N < threads * WIDTH) share(panel_rows, &p, M, rows, N * K);
  else share(panel_columns, &p, N, WIDTH, M * K);
}

/** A tile at the right edge of c is computed beside it. */
static void edge_tile(tile_function *tile, float *c, size N, size rows, size columns, const float *b, int depth, int first) {
  for (size r = 0; r < rows && r < ROWS2; r++) {
    for (size j = 0; j < columns; j++) edge[r * WIDTH + j] = first ? 0 : c[r * N + j];
  }
  tile(edge, WIDTH, rows, b, N, left, depth, first);
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

/** The columns n to n_end of the rows m to m_end of c; both begin at a tile. */
static void place_part(const product *p, size m, size m_end, size n, size n_end) {
  const size N = p->N, K = p->K;
  for (size k = 0; k < K; k += LEFT_DEPTH) {
    const int depth = K - k < LEFT_DEPTH ? K - k : LEFT_DEPTH;
    for (size i = m; i < m_end; i += ROWS2) {
      const size rows = m_end - i;
      copy_rows(p->a, i, k, m_end, depth);
      for (size j = n; j < n_end; j += 2 * LANES) {
        float *to = p->c + i * N + j;
        const float *from = p->b + k * N + j;
        if (N - j >= 2 * LANES) place_tile2(to, N, rows, from, N, left, depth, k == 0);
        else edge_tile(N - j > LANES ? place_tile2 : place_tile1, to, N, rows, N - j, from, depth, k == 0);
      }
    }
  }
}

static void place_rows(const void *work, size m, size m_end) {
  const product *p = work;
  place_part(p, m, m_end, 0, p->N);
}

static void place_columns(const void *work, size n, size n_end) {
  const product *p = work;
  place_part(p, 0, p->M, n, n_end);
}

/** c[M,N] = Σ_k a(m, k) · b[k, :]. */
static void place_product(product p) {
  if (threads_for(p.M * p.N * p.K) > 1 && p.N * ROWS2 > p.M * 2 * LANES) share(place_columns, &p, p.N, 2 * LANES, p.M * p.K);
  else share(place_rows, &p, p.M, ROWS2, p.N * p.K);
}

/** c[M,N] = a[K,M]ᵀ · b[K,N]. */
EXPORT void gemmTn(float *c, const float *a, const float *b, size M, size N, size K) {
  place_product((product){c, {a, 1, M}, b, 0, M, N, K});
}

/** c[M,N] = a[M,K] · b[K,N]. */
EXPORT void gemmNn(float *c, const float *a, const float *b, size M, size N, size K) {
  place_product((product){c, {a, K, 1}, b, 0, M, N, K});
}
