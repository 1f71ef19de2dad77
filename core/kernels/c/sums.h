// Sums in PyTorch's order. `v8` is eight neighbouring columns, or the eight lanes of a long vector's sum.
#pragma once
#include "lanes.h"

typedef float v8 __attribute__((vector_size(32)));
typedef float v8_at __attribute__((vector_size(32), aligned(4), may_alias));

static inline v8 load8(const float *at) {
  return *(const v8_at *)at;
}

/** 32 columns at once: a cascade is a chain of sums, of which the processor overlaps several. */
typedef float v32 __attribute__((vector_size(128)));
typedef float v32_at __attribute__((vector_size(128), aligned(4), may_alias));

/**
 * Adds n rows that are `row` apart: `chunk` rows in order, then `chunk` of these sums, on four levels; what is left over at
 * each level stays there; ((l0 + l1) + l2) + l3.
 */
#define CASCADE(NAME, V) \
  static V NAME(const float *a, size row, size n) { \
    int bits = 0; \
    while (n > (size)1 << bits) bits++; \
    const int power = (bits < 1 ? 1 : bits) / 4 > 4 ? bits / 4 : 4; \
    const size chunk = (size)1 << power; \
    V l0 = {0}, l1 = {0}, l2 = {0}, l3 = {0}; \
    for (size i = 0; i < n;) { \
      const size end = n - i < chunk ? n : i + chunk; \
      const int whole = end - i == chunk; \
      for (; i < end; i++, a += row) l0 += *(const V##_at *)a; \
      if (!whole) break; \
      l1 += l0; \
      l0 = (V){0}; \
      if (((i >> power) & (chunk - 1)) != 0) continue; \
      l2 += l1; \
      l1 = (V){0}; \
      if (((i >> 2 * power) & (chunk - 1)) != 0) continue; \
      l3 += l2; \
      l2 = (V){0}; \
    } \
    return ((l0 + l1) + l2) + l3; \
  }

CASCADE(cascade, v8)
CASCADE(cascade32, v32)

/** Rows 4i, 4i + 1, 4i + 2, 4i + 3 are four cascades; the last n % 4 rows go to the first; ((s0 + s1) + s2) + s3. */
static v8 four_way(const float *a, size row, size n) {
  const size groups = n / 4;
  v8 s0 = cascade(a, 4 * row, groups);
  const v8 s1 = cascade(a + row, 4 * row, groups);
  const v8 s2 = cascade(a + 2 * row, 4 * row, groups);
  const v8 s3 = cascade(a + 3 * row, 4 * row, groups);
  for (size i = 4 * groups; i < n; i++) s0 += load8(a + i * row);
  return ((s0 + s1) + s2) + s3;
}

/** The sum of a vector: 8 lanes four ways, the tail in order from 0, then lanes 0 to 7. */
static float total(const float *a, size n) {
  if (n < 8) return four_way(a, 1, n)[0];
  const v8 lanes = four_way(a, 8, n / 8);
  float sum = 0;
  for (size i = n / 8 * 8; i < n; i++) sum += a[i];
  UNROLL for (int i = 0; i < 8; i++) sum += lanes[i];
  return sum;
}

EXPORT void sum(float *out, const float *a, size n) {
  out[0] = total(a, n);
}

/** The sums of a's columns; `accumulate` adds them to `out`. */
EXPORT void columnSum(float *out, const float *a, size rows, size columns, int accumulate) {
  if (columns == 1) {
    const float s = total(a, rows);
    out[0] = accumulate ? out[0] + s : s;
    return;
  }
  for (size c = 0; c < columns;) {
    const size left = columns - c;
    const int is_small = columns < 8 && left >= 4;
    const size width = left >= 32 ? 32 : is_small ? 4 : left < 8 ? left : 8;
    float sums[32];
    if (width == 32) *(v32_at *)sums = cascade32(a + c, columns, rows);
    else *(v8_at *)sums = is_small ? cascade(a + c, columns, rows) : four_way(a + c, columns, rows);
    for (size i = 0; i < width; i++, c++) out[c] = accumulate ? out[c] + sums[i] : sums[i];
  }
}
