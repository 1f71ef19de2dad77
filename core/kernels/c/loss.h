// Softmax of rows, and the negative log-likelihood of the labels.
#pragma once
#include "elementwise.h"
#include "sums.h"

/** Eight lanes to one: halves of four, of two, of one. */
static inline float tree(v8 t) {
  return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

/** The first `count` lanes, and 0 in the others: adding it changes none of those, which are not -0. */
static inline v8 first_lanes(v8 x, int count) {
  typedef int i8 __attribute__((vector_size(32)));
  const i8 lane = {0, 1, 2, 3, 4, 5, 6, 7};
  return (v8)((i8)x & (lane < count));
}

/** The sum of a row that has no -0: onto eight lanes, the tail onto the first ones, `tree`; fewer than 8 columns in order. */
static float lane_sum(const float *row, size columns) {
  if (columns < 8) {
    float sum = row[0];
    for (size c = 1; c < columns; c++) sum += row[c];
    return sum;
  }
  v8 t = load8(row);
  size c = 8;
  for (; c + 8 <= columns; c += 8) t += load8(row + c);
  if (c < columns) t += first_lanes(load8(row + c), columns - c);
  return tree(t);
}

/** The same of products: the first eight rounded, later ones fused onto their lane. */
static float lane_dot(const float *a, const float *b, size columns) {
  if (columns < 8) {
    float sum = a[0] * b[0];
    for (size c = 1; c < columns; c++) sum += a[c] * b[c];
    return sum;
  }
  float t[8];
  *(v8_at *)t = load8(a) * load8(b);
  for (size c = 8; c < columns; c++) t[c % 8] = fma1(a[c], b[c], t[c % 8]);
  return tree(*(v8_at *)t);
}

static inline f4 larger(f4 max, f4 x) {
  const i4 mask = (i4)(x > max) | (i4)(x != x);
  return (f4)(((i4)x & mask) | ((i4)max & ~mask));
}

/** The maximum of a row; NaN if there is one. */
static float largest(const float *row, size columns) {
  if (columns < 4) {
    f4 max = {row[0]};
    for (size c = 1; c < columns; c++) max = larger(max, (f4){row[c]});
    return max[0];
  }
  // Where the columns are not a multiple of 4, the last vector overlaps the one before it.
  const size last = columns - 4;
  f4 max = *(const f4_at *)(row + last);
  for (size c = 0; c < last; c += 4) max = larger(max, *(const f4_at *)(row + c));
  max = larger(max, __builtin_shufflevector(max, max, 2, 3, 0, 1));
  return larger(max, __builtin_shufflevector(max, max, 1, 0, 3, 2))[0];
}

EXPORT void softmaxRows(float *out, const float *x, size rows, size columns) {
  const size n = rows * columns;
  for (size r = 0; r < n; r += columns) {
    const vf max = splat(largest(x + r, columns));
    for (size c = 0; c < columns; c += LANES) put(out + r + c, load(x + r + c) - max, columns - c);
  }
  // All rows in one loop: an exponential is a long chain, and the processor overlaps several.
  exp(out, out, n);
  for (size r = 0; r < n; r += columns) {
    const vf factor = splat(1 / lane_sum(out + r, columns));
    for (size c = 0; c < columns; c += LANES) put(out + r + c, load(out + r + c) * factor, columns - c);
  }
}

EXPORT void softmaxRowsBackward(float *dx, const float *dout, const float *p, size rows, size columns, int accumulate) {
  for (size r = 0; r < rows * columns; r += columns) {
    const vf sum = splat(lane_dot(dout + r, p + r, columns));
    for (size c = 0; c < columns; c += LANES) {
      const vf gradient = (load(dout + r + c) - sum) * load(p + r + c);
      put(dx + r + c, accumulate ? load(dx + r + c) + gradient : gradient, columns - c);
    }
  }
}

/** `low` 0: no clamp. */
EXPORT void pickLogLoss(float *row_loss, const float *p, const u8 *labels, size rows, size columns, float low) {
  for (size i = 0; i < rows; i += LANES) {
    vf picked = splat(1);
    for (int lane = 0; lane < LANES && i + lane < rows; lane++) {
      picked[lane] = p[(i + lane) * columns + labels[i + lane]];
    }
    if (low > 0) picked = clamped(picked, low, 1);
    put(row_loss + i, -vector_log(picked), rows - i);
  }
}

EXPORT void pickLogLossBackward(float *dp, const float *d_row, const float *p, const u8 *labels, size rows,
                                size columns, float low, int accumulate) {
  if (!accumulate) fill(dp, rows * columns, 0);
  for (size i = 0; i < rows; i++) {
    const size at = i * columns + labels[i];
    const int inside = low > 0 ? p[at] >= low && p[at] <= 1 : 1;
    if (!inside) continue;
    const float gradient = -d_row[i] / p[at];
    dp[at] = accumulate ? dp[at] + gradient : gradient;
  }
}
