// Tiles for an a with tiny numbers, of which a softmax is full. Their products are denormal, which x86 processors are slow with;
// nearly all of them are lost in the sums, so they need not be computed.
#pragma once
#include "tile.h"

// Narrower vectors gain nothing.
#ifdef __AVX512F__

/** The size of the tile: wide, because whether an element is tiny is often mispredicted, once for all of its row. */
#define CAREFUL_ROWS 2
#define CAREFUL_VECTORS 8
#define CAREFUL_WIDTH (CAREFUL_VECTORS * LANES)

/** The bits of 2^-118, 2^8 and 2^-84. */
#define TINY 0x04800000
#define LARGE 0x43800000
#define UNMOVED 0x15800000

/** The bits of numbers without their sign. */
static inline vi magnitude(vf x) {
  return (vi)x & 0x7fffffff;
}

/** True if one of the copied elements is not 0 but below TINY. */
static int any_tiny(int depth) {
  vi found = {0};
  for (int i = 0; i < depth * ROWS2; i += LANES) {
    const vi size = magnitude(load(left + i));
    found |= (size > 0) & (size < TINY);
  }
  return any(found);
}

typedef u32 bits_at __attribute__((may_alias));

static inline int is_tiny(const float *a) {
  const u32 size = *(const bits_at *)a & 0x7fffffff;
  return size - 1 < TINY - 1;
}

/**
 * The lanes of x whose products with a tiny number can change the sum; 0 in the others. Where x is at most LARGE, the product
 * is below 2^-110. That is less than half of the distance from a sum of at least UNMOVED to its neighbours, so the sum stays
 * what it is, as an infinite one and NaN do. It also does if 0 is multiplied instead: a sum is never -0, which +0 changes.
 */
static inline vf moving(vf x, vf sum) {
  return only((magnitude(x) > LARGE) | (magnitude(sum) < UNMOVED), x);
}

/**
 * Computes a tile of c as place_tile2 does. Its two rows are `c_row` apart, their elements in `a`, which is copied, `a_row`; 0 and
 * 0: it is one row, computed twice.
 */
NOINLINE void careful_tile(float *c, size c_row, const float *a, size a_row, const float *b, size b_row, int depth, int first) {
  vf sums[CAREFUL_ROWS][CAREFUL_VECTORS];
  UNROLL for (int r = 0; r < CAREFUL_ROWS; r++) {
    UNROLL for (int v = 0; v < CAREFUL_VECTORS; v++) sums[r][v] = first ? splat(0) : load(c + r * c_row + v * LANES);
  }
  for (int k = 0; k < depth; k++, a += ROWS2, b += b_row) {
    UNROLL for (int r = 0; r < CAREFUL_ROWS; r++) {
      const vf x = splat(a[r * a_row]);
      if (is_tiny(a + r * a_row)) {
        UNROLL for (int v = 0; v < CAREFUL_VECTORS; v++) {
          sums[r][v] = sums[r][v] + x * moving(load(b + v * LANES), sums[r][v]);
          // Keeps clang from joining the branches, which takes more registers than there are.
          __asm__("" : "+v"(sums[r][v]));
        }
      } else {
        UNROLL for (int v = 0; v < CAREFUL_VECTORS; v++) sums[r][v] = sums[r][v] + x * load(b + v * LANES);
      }
    }
  }
  UNROLL for (int r = 0; r < CAREFUL_ROWS; r++) {
    UNROLL for (int v = 0; v < CAREFUL_VECTORS; v++) store(c + r * c_row + v * LANES, sums[r][v]);
  }
}

/**
 * If a copied element is tiny, computes the first columns of c's rows, of which at most ROWS2 are copied, as far as they fill
 * tiles. Returns how many columns. Rows of b and c are `row` apart.
 */
static size careful_columns(float *c, const float *b, size row, size rows, size columns, int depth, int first) {
  if (!any_tiny(depth)) return 0;
  size n = 0;
  for (; columns - n >= CAREFUL_WIDTH; n += CAREFUL_WIDTH) {
    for (size r = 0; r < ROWS2 && r < rows; r += CAREFUL_ROWS) {
      const size next = r + 1 < ROWS2 && r + 1 < rows;
      careful_tile(c + r * row + n, next * row, left + r, next, b + n, row, depth, first);
    }
  }
  return n;
}

#else
#define careful_columns(...) 0
#endif
