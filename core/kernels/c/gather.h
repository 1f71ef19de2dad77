// Gathers the rows of a batch. Row i of the batch is row index[i] of the dataset. The rows of a shuffled batch are scattered,
// so each costs cache misses, which are over when the rows of the next batch are fetched while a batch is gathered.
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
#ifdef __wasm__
/** What was read to have it fetched, so that the loads are not optimized away. */
static volatile u8 seen;
#define PREFETCH(WHERE) seen = *(WHERE)
#else
#define PREFETCH(WHERE) __builtin_prefetch(WHERE)
#endif

/** Has the caches fetch a row. */
static inline void prefetch_row(const u8 *row, size bytes) {
  for (size at = 0; at < bytes; at += LINE) PREFETCH(row + at);
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

/** Rows to gather; `table` has the values of the bytes. `next` rows follow those of the batch. */
typedef struct {
  float *out;
  const u8 *rows;
  const int *index;
  const float *table;
  size columns, batch, next;
} gather_work;

static void gather_range(const void *work, size first, size end) {
  const gather_work g = *(const gather_work *)work;
  float *out = g.out + first * g.columns;
  copy_range(&(operands){table_here, g.table}, 0, 256);
  for (size i = first; i < end; i++) {
    const u8 *from = g.rows + g.index[i] * g.columns;
    if (i < g.next) prefetch_row(g.rows + g.index[g.batch + i] * g.columns, g.columns);
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

EXPORT void gatherTable(float *out, const u8 *rows, const int *index, const float *table, size batch, size columns,
                        size next) {
  const gather_work g = {out, rows, index, table, columns, batch, next};
  share(gather_range, &g, batch, 1, columns * SCATTERED);
}

EXPORT void gatherRows(float *out, const float *rows, const int *index, size batch, size columns) {
  for (size i = 0; i < batch; i++) copy(out + i * columns, rows + index[i] * columns, columns);
}

EXPORT void gatherLabels(u8 *out, const u8 *labels, const int *index, size batch) {
  for (size i = 0; i < batch; i++) out[i] = labels[index[i]];
}
