// Log-softmax of rows, the negative log-likelihood of the labels, and sums of rows.
#pragma once
#include "loss.h"

/** The operands of a kernel whose outputs are rows. */
typedef struct {
  float *out;
  const float *a, *b;
  size columns;
  int accumulate;
} row_operands;

static void log_softmax_range(const void *work, size from, size to) {
  const row_operands o = *(const row_operands *)work;
  const size columns = o.columns;
  for (size r = from; r < to; r += LANES) {
    const float *x = o.a + r * columns;
    float *out = o.out + r * columns;
    const size rows = to - r < LANES ? to - r : LANES, n = rows * columns;
    vf max = splat(0), sums = splat(1);
    for (size row = 0; row < rows; row++) {
      max[row] = largest(x + row * columns, columns);
      for (size c = 0; c < columns; c += LANES) {
        put(out + row * columns + c, load(x + row * columns + c) - max[row], columns - c);
      }
    }
    for (size i = 0; i < n; i += LANES) put(out + i, vector_exp(load(out + i)), n - i);
    for (size row = 0; row < rows; row++) sums[row] = lane_sum(out + row * columns, columns);
    const vf logarithms = vector_log(sums);
    for (size row = 0; row < rows; row++) {
      for (size c = 0; c < columns; c += LANES) {
        const vf differences = load(x + row * columns + c) - max[row];
        put(out + row * columns + c, differences - logarithms[row], columns - c);
      }
    }
  }
}

EXPORT void logSoftmaxRows(float *out, const float *x, size rows, size columns) {
  const row_operands o = {out, x, 0, columns};
  share(log_softmax_range, &o, rows, 16, columns * CURVE);
}

/** `lane_sum` of a row that can have -0, to which adding 0 would be a change. */
static float signed_lane_sum(const float *row, size columns) {
  if (columns < 8) return lane_sum(row, columns);
  float t[8];
  *(v8_at *)t = load8(row);
  for (size c = 8; c < columns; c++) t[c % 8] += row[c];
  return tree(*(v8_at *)t);
}

static void log_softmax_backward_range(const void *work, size from, size to) {
  const row_operands o = *(const row_operands *)work;
  for (size r = from * o.columns; r < to * o.columns; r += o.columns) {
    const vf sum = splat(signed_lane_sum(o.a + r, o.columns));
    for (size c = 0; c < o.columns; c += LANES) {
      const vf gradient = fma(-vector_exp(load(o.b + r + c)), sum, load(o.a + r + c));
      put(o.out + r + c, o.accumulate ? load(o.out + r + c) + gradient : gradient, o.columns - c);
    }
  }
}

EXPORT void logSoftmaxRowsBackward(float *dx, const float *dout, const float *lp, size rows, size columns,
                                   int accumulate) {
  const row_operands o = {dx, dout, lp, columns, accumulate};
  share(log_softmax_backward_range, &o, rows, 16, columns * CURVE);
}

/** The sum in chunks of 16 terms, of 16 chunks, and so on, as PyTorch begins them: term 0 is a chunk alone. */
EXPORT void nll(float *out, const float *lp, const u8 *labels, size rows, size columns, int is_mean) {
  float levels[8] = {0};
  for (size i = 0; i < rows; i++) {
    levels[0] -= lp[i * columns + labels[i]];
    for (int level = 1; level < 8 && (i & (((size)1 << 4 * level) - 1)) == 0; level++) {
      levels[level] += levels[level - 1];
      levels[level - 1] = 0;
    }
  }
  float sum = 0;
  for (int level = 0; level < 8; level++) sum += levels[level];
  out[0] = is_mean ? sum / (float)rows : sum;
}

EXPORT void nllBackward(float *dlp, const float *dout, const u8 *labels, size rows, size columns, int is_mean,
                        int accumulate) {
  const float gradient = -(is_mean ? dout[0] / (float)rows : dout[0]);
  if (!accumulate) fill(dlp, rows * columns, 0);
  for (size i = 0; i < rows; i++) {
    float *at = dlp + i * columns + labels[i];
    *at = accumulate ? *at + gradient : gradient;
  }
}

EXPORT void rowSum(float *out, const float *a, size rows, size columns) {
  for (size i = 0; i < rows; i++) out[i] = total(a + i * columns, columns);
}

EXPORT void rowSumBackward(float *da, const float *dout, size rows, size columns, int accumulate) {
  for (size i = 0; i < rows; i++) {
    if (accumulate) addNumber(da + i * columns, da + i * columns, columns, dout[i]);
    else fill(da + i * columns, columns, dout[i]);
  }
}
