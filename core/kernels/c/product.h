// Matrix products, in tiles. Where b is transposed it is copied, turned, into a panel of a few columns; otherwise a few rows of a
// are copied, and b is read where it is.
#pragma once
#include "careful.h"
#include "share.h"
#include "turn.h"

/** Rows of c whose columns of one panel are finished before those of the next. */
#define BLOCK 128

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

/** NAME_rows and NAME_columns: the ranges of c that NAME_part computes when threads share its rows, or its columns. */
#define IN_RANGES(NAME) \
  static void NAME##_rows(const void *work, size m, size m_end) { \
    const product *p = work; \
    NAME##_part(p, m, m_end, 0, p->N); \
  } \
  static void NAME##_columns(const void *work, size n, size n_end) { \
    const product *p = work; \
    NAME##_part(p, 0, p->M, n, n_end); \
  }

/** Copies b[n + j, k + i] to panel[i, j], four by four elements; columns beyond N repeat the last one. */
static void turn_panel(const float *b, size K, size k, size n, size N, int depth) {
  const size columns = N - n < WIDTH ? N - n : WIDTH;
  for (size j = 0; j < columns; j += 4) {
    const float *row[4];
    UNROLL for (int r = 0; r < 4; r++) row[r] = b + (n + j + r < N ? n + j + r : N - 1) * K + k;
    float *to = panel + j;
    for (int i = 0; i < depth; i += 4, to += 4 * WIDTH) {
      square s;
      UNROLL for (int r = 0; r < 4; r++) s.row[r] = *(const f4_at *)(row[r] + i);
      s = turned(s);
      UNROLL for (int r = 0; r < 4; r++) *(f4_at *)(to + r * WIDTH) = s.row[r];
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

IN_RANGES(panel)

/** The smallest multiple of `of` so many of which are at least `count`. */
static size in_multiples(size count, size many, size of) {
  return (count + many * of - 1) / (many * of) * of;
}

/** c[M,N] = a[M,K] · b[N,K]ᵀ + bias[N]; `bias` 0: none. */
EXPORT void gemmNt(float *c, const float *a, const float *b, const float *bias, size M, size N, size K) {
  const product p = {c, {a, K, 1}, b, bias, M, N, K};
  const size threads = threads_for(M * N * K), tile = tile_rows[kind_of_tile(N)];
  // Each range turns its panels, so there should be few, of many rows.
  const size rows = M < threads * BLOCK ? in_multiples(M, threads, tile) : BLOCK;
  if (N < threads * WIDTH) share(panel_rows, &p, M, rows, N * K);
  else share(panel_columns, &p, N, WIDTH, M * K);
}

/** A tile at the right edge of c is computed beside it. */
static void edge_tile(tile_function *tile, float *c, size N, size rows, size columns, const float *b, size b_row, int depth, int first) {
  for (size r = 0; r < rows && r < ROWS2; r++) {
    for (size j = 0; j < columns; j++) edge[r * WIDTH + j] = first ? 0 : c[r * N + j];
  }
  tile(edge, WIDTH, rows, b, b_row, left, depth, first);
  for (size r = 0; r < rows && r < ROWS2; r++) {
    for (size j = 0; j < columns; j++) c[r * N + j] = edge[r * WIDTH + j];
  }
}

/** Copies a(m + r, k + i) to left[i, r]; rows beyond M repeat the last one. */
static void copy_rows(matrix a, size m, size k, size M, int depth) {
  if (a.row == 1 && m + ROWS2 <= M) {
    // They are neighbours; what is copied beyond them is overwritten by the next ones.
    const float *from = a.at + m + k * a.column;
    for (float *to = left; to < left + depth * ROWS2; to += ROWS2, from += a.column) {
      for (size r = 0; r < ROWS2; r += LANES) store(to + r, load(from + r));
    }
    return;
  }
  for (size r = 0; r < ROWS2; r++) {
    const float *from = a.at + (m + r < M ? m + r : M - 1) * a.row + k * a.column;
    for (float *to = left + r; to < left + depth * ROWS2; to += ROWS2, from += a.column) *to = *from;
  }
}

#ifndef __wasm__
/** Rows of b that are a multiple of 2 KiB apart share a few sets of a cache, so that 64 of them do not fit. */
#define COLLIDING 512
/** The most columns of b that are copied, and the rows of c for which that pays. */
#define SPREAD_COLUMNS 2048
#define SPREAD_FOR (8 * ROWS2)

/** Rows of b, a vector further apart. */
SCRATCH float spread[LEFT_DEPTH * (SPREAD_COLUMNS + LANES) + LANES];

static void spread_rows(const float *b, size N, size columns, int depth) {
  float *to = spread;
  for (int k = 0; k < depth; k++, b += N, to += columns + LANES) {
    for (size j = 0; j < columns; j += LANES) store(to + j, load(b + j));
  }
}
#endif

/** The columns n to n_end of the rows m to m_end of c; both begin at a tile. */
static void place_part(const product *p, size m, size m_end, size n, size n_end) {
  const size N = p->N, K = p->K;
  for (size k = 0; k < K; k += LEFT_DEPTH) {
    const int depth = K - k < LEFT_DEPTH ? K - k : LEFT_DEPTH;
    const float *b = p->b + k * N + n;
    size b_row = N;
#ifndef __wasm__
    if (N % COLLIDING == 0 && n_end - n <= SPREAD_COLUMNS && m_end - m >= SPREAD_FOR) {
      b_row = n_end - n + LANES;
      spread_rows(b, N, n_end - n, depth);
      b = spread;
    }
#endif
    for (size i = m; i < m_end; i += ROWS2) {
      const size rows = m_end - i;
      copy_rows(p->a, i, k, m_end, depth);
      size j = n + careful_columns(p->c + i * N + n, p->b + k * N + n, N, rows, n_end - n, depth, k == 0);
      for (; j < n_end; j += 2 * LANES) {
        float *to = p->c + i * N + j;
        const float *from = b + j - n;
        if (N - j >= 2 * LANES) place_tile2(to, N, rows, from, b_row, left, depth, k == 0);
        else edge_tile(N - j > LANES ? place_tile2 : place_tile1, to, N, rows, N - j, from, b_row, depth, k == 0);
      }
    }
  }
}

IN_RANGES(place)

/** c[M,N] = Σ_k a(m, k) · b[k, :]. */
static void place_product(product p) {
  const size threads = threads_for(p.M * p.N * p.K);
  // Columns only where there are few tiles of rows: each range of them copies all rows of a.
  if (p.M >= 4 * threads * ROWS2 || threads == 1) share(place_rows, &p, p.M, ROWS2, p.N * p.K);
  else share(place_columns, &p, p.N, in_multiples(p.N, threads, 2 * LANES), p.M * p.K);
}

/** c[M,N] = a[K,M]ᵀ · b[K,N]. */
EXPORT void gemmTn(float *c, const float *a, const float *b, size M, size N, size K) {
  place_product((product){c, {a, 1, M}, b, 0, M, N, K});
}

/** c[M,N] = a[M,K] · b[K,N]. */
EXPORT void gemmNn(float *c, const float *a, const float *b, size M, size N, size K) {
  place_product((product){c, {a, K, 1}, b, 0, M, N, K});
}
