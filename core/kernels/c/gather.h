// Gathers the rows of a batch. Row i of the batch is row index[i] of the dataset. The rows of a shuffled batch are scattered,
// so each costs cache misses.
#pragma once
#include "elementwise.h"

/** Bytes of a cache line. */
#define LINE 64
/** Pixels in a block; every four of them have one bit in a mask. */
#define PIXELS 16
/** The cost of a pixel, as `share` counts it: rows are scattered, so each is a cache miss. */
#define SCATTERED 32
/** Blocks per mask. */
#define MASK_BLOCKS 16

typedef u8 bytes16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef u32 four_at __attribute__((aligned(1), may_alias));

SCRATCH float table_here[256];
/**
 * Rows that are fetched ahead of the one that is gathered. WebAssembly can only read them, and waits for that sooner or later,
 * so it is best done at once.
 */
#ifdef __wasm__
#define AHEAD (1 << 20)
#define FETCH(FROM) all |= *(FROM)
#else
#define AHEAD 8
#define FETCH(FROM) __builtin_prefetch(FROM)
#endif
/** What was read, so that the loads are not optimized away. */
SCRATCH volatile u32 seen;

/** Has the caches fetch every line of some rows, so that the cache misses overlap. */
static void fetch_rows(const u8 *rows, const int *index, size batch, size row_bytes) {
  u32 all = 0;
  for (size i = 0; i < batch; i++) {
    const u8 *row = rows + index[i] * row_bytes;
    for (size at = 0; at < row_bytes; at += LINE) FETCH(row + at);
  }
  seen = all;
}

/** A bit for each four of 16 pixels that are not all 0. */
static inline int non_zero_fours(const u8 *from) {
#if defined(__wasm_simd128__)
  return __builtin_wasm_bitmask_i32x4((i4)*(const bytes16 *)from != 0);
#elif defined(__SSE2__)
  return __builtin_ia32_movmskps((f4)((i4)*(const bytes16 *)from != 0));
#else
  const four_at *four = (const four_at *)from;
  return (four[0] != 0) | (four[1] != 0) << 1 | (four[2] != 0) << 2 | (four[3] != 0) << 3;
#endif
}

/**
 * Writes the table's value for byte 0 everywhere, because most pixels of an image are 0. Returns a mask of the fours that
 * are not all 0: iterating over the set bits is cheaper than a branch per four pixels, which is often mispredicted.
 */
static unsigned long long draw_background(float *out, const u8 *from, size blocks) {
  unsigned long long mask = 0;
  const vf background = splat(table_here[0]);
  for (size block = 0; block < blocks; block++, from += PIXELS, out += PIXELS) {
    mask |= (unsigned long long)non_zero_fours(from) << (block * 4);
    UNROLL for (int i = 0; i < PIXELS; i += LANES) store(out + i, background);
  }
  return mask;
}

/** Rows to gather; `table` has the values of the bytes. */
typedef struct {
  float *out;
  const u8 *rows;
  const int *index;
  const float *table;
  size columns;
} gather_work;

static void gather_range(const void *work, size first, size end) {
  const gather_work g = *(const gather_work *)work;
  float *out = g.out + first * g.columns;
  fetch_rows(g.rows, g.index + first, end - first < AHEAD ? end - first : AHEAD, g.columns);
  copy_range(&(operands){table_here, g.table}, 0, 256);
  for (size i = first; i < end; i++) {
    const u8 *from = g.rows + g.index[i] * g.columns;
    if (i + AHEAD < end) fetch_rows(g.rows, g.index + i + AHEAD, 1, g.columns);
    size left = g.columns;
    while (left >= PIXELS) {
      const size blocks = left / PIXELS < MASK_BLOCKS ? left / PIXELS : MASK_BLOCKS;
      for (unsigned long long mask = draw_background(out, from, blocks); mask != 0; mask &= mask - 1) {
        const size four = __builtin_ctzll(mask) * 4;
        const u32 pixels = *(const four_at *)(from + four);
        const f4 values = {table_here[pixels & 255], table_here[pixels >> 8 & 255], table_here[pixels >> 16 & 255],
                           table_here[pixels >> 24]};
        *(f4_at *)(out + four) = values;
      }
      left -= blocks * PIXELS;
      from += blocks * PIXELS;
      out += blocks * PIXELS;
    }
    for (; left > 0; left--) *out++ = table_here[*from++];
  }
}

EXPORT void gatherTable(float *out, const u8 *rows, const int *index, const float *table, size batch, size columns) {
  const gather_work g = {out, rows, index, table, columns};
  share(gather_range, &g, batch, 1, columns * SCATTERED);
}

EXPORT void gatherRows(float *out, const float *rows, const int *index, size batch, size columns) {
  for (size i = 0; i < batch; i++) copy(out + i * columns, rows + index[i] * columns, columns);
}

EXPORT void gatherLabels(u8 *out, const u8 *labels, const int *index, size batch) {
  for (size i = 0; i < batch; i++) out[i] = labels[index[i]];
}
