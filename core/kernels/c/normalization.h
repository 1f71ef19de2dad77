// Batch normalization. See normalization.ts for the formulas and both orders of sums. Threads share channels: each one is
// computed by itself, from its statistics to its outputs.
#pragma once
#include "loss.h"

/** Channels whose float64 sums are computed at a time: each is a chain, and the processor overlaps several. */
#define CHAINS 8
/** The most channels that are computed at a time. */
#define MOST (LANES > CHAINS ? LANES : CHAINS)
/** The cost of an element, as `share` counts it. */
#define NORMALIZED 64

/** What is normalized, `[rows, channels, plane]`, and all there is to each channel; 0 where it is not needed. */
typedef struct {
  float *out;
  const float *x, *weight, *bias;
  float *mean, *variance;
  size rows, channels, plane;
  double eps, momentum;
  float *d_weight, *d_bias;
  const float *dout;
  int sums;
} norm_work;

/** Of neighbouring channels: mean, sum of squares of the differences from it, and inverse standard deviation. */
typedef struct {
  float mean[MOST], squares[MOST];
} moments;

static float inverse_deviation(const norm_work *w, float squares) {
  const float variance = squares / (float)(w->rows * w->plane);
  return (float)(1 / __builtin_elementwise_sqrt((double)variance + w->eps));
}

/** In the order of rows: float32 sums of LANES channels from `c` on. */
static moments row_moments(const norm_work *w, size c) {
  moments m;
  vf sum = {0}, squares = {0};
  for (size r = 0; r < w->rows; r++) sum += load(w->x + r * w->channels + c);
  UNROLL for (int j = 0; j < LANES; j++) m.mean[j] = (float)((double)sum[j] / (double)w->rows);
  const vf mean = load(m.mean);
  for (size r = 0; r < w->rows; r++) {
    const vf d = load(w->x + r * w->channels + c) - mean;
    squares = fma(d, d, squares);
  }
  store(m.squares, squares);
  return m;
}

/** In the order of planes: float64 sums of CHAINS channels from `c` on; those that do not exist are the last one again. */
static moments plane_moments(const norm_work *w, size c) {
  moments m;
  double sum[CHAINS] = {0}, squares[CHAINS] = {0};
  size start[CHAINS];
  UNROLL for (int j = 0; j < CHAINS; j++) start[j] = (c + j < w->channels ? c + j : w->channels - 1) * w->plane;
  const float *x = w->x;
  for (size r = 0; r < w->rows; r++, x += w->channels * w->plane) {
    for (size i = 0; i < w->plane; i++) {
      UNROLL for (int j = 0; j < CHAINS; j++) sum[j] += x[start[j] + i];
    }
  }
  UNROLL for (int j = 0; j < CHAINS; j++) m.mean[j] = (float)(sum[j] / (double)(w->rows * w->plane));
  x = w->x;
  for (size r = 0; r < w->rows; r++, x += w->channels * w->plane) {
    for (size i = 0; i < w->plane; i++) {
      UNROLL for (int j = 0; j < CHAINS; j++) {
        const float d = x[start[j] + i] - m.mean[j];
        squares[j] += d * d;
      }
    }
  }
  UNROLL for (int j = 0; j < CHAINS; j++) m.squares[j] = (float)squares[j];
  return m;
}

/** out = fma(x, a, b) for `count` channels from `c` on. */
static void scale_channels(const norm_work *w, size c, size count, const float *a, const float *b) {
  for (size r = 0; r < w->rows; r++) {
    const size at = (r * w->channels + c) * w->plane;
    if (w->plane == 1) {
      put(w->out + at, fma(load(w->x + at), load(a), load(b)), count);
      continue;
    }
    for (size j = 0; j < count; j++) {
      const vf by = splat(a[j]), plus = splat(b[j]);
      const size end = at + (j + 1) * w->plane;
      for (size i = at + j * w->plane; i < end; i += LANES) put(w->out + i, fma(load(w->x + i), by, plus), end - i);
    }
  }
}

/** Scale and offset of `count` channels from `c` on, by their means and inverse deviations. */
static void scale_by(const norm_work *w, size c, size count, const float *mean, const float *invstd) {
  float a[MOST] = {0}, b[MOST] = {0};
  for (size j = 0; j < count; j++) {
    a[j] = invstd[j] * w->weight[c + j];
    b[j] = fma1(-mean[j], a[j], w->bias[c + j]);
  }
  scale_channels(w, c, count, a, b);
}

/** Channels that are computed at a time. */
static size block_of(const norm_work *w) {
  return w->plane == 1 ? LANES : CHAINS;
}

static void train_range(const void *work, size c, size end) {
  const norm_work *w = work;
  const float share = (float)w->momentum, kept = (float)(1 - w->momentum), others = (float)(w->rows * w->plane - 1);
  for (size block = block_of(w); c < end; c += block) {
    const size count = end - c < block ? end - c : block;
    const moments m = w->plane == 1 ? row_moments(w, c) : plane_moments(w, c);
    float invstd[MOST];
    for (size j = 0; j < count; j++) {
      float *mean = w->mean + c + j, *variance = w->variance + c + j;
      invstd[j] = inverse_deviation(w, m.squares[j]);
      *mean = share * m.mean[j] + kept * *mean;
      *variance = fma1(m.squares[j] / others, share, kept * *variance);
    }
    scale_by(w, c, count, m.mean, invstd);
  }
}

static void evaluate_range(const void *work, size c, size end) {
  const norm_work *w = work;
  for (size block = block_of(w); c < end; c += block) {
    const size count = end - c < block ? end - c : block;
    float invstd[MOST];
    for (size j = 0; j < count; j++) {
      invstd[j] = 1 / __builtin_elementwise_sqrt(w->variance[c + j] + (float)w->eps);
    }
    scale_by(w, c, count, w->mean + c, invstd);
  }
}

/** Stores the gradients of weight and bias of `count` channels from `c` on, or adds them. */
static void put_sums(const norm_work *w, size c, size count, const float *d_weight, const float *d_bias) {
  for (size j = 0; j < count; j++) {
    float *to_weight = w->d_weight + c + j, *to_bias = w->d_bias + c + j;
    if (w->d_weight != 0) *to_weight = w->sums & 2 ? *to_weight + d_weight[j] : d_weight[j];
    if (w->d_bias != 0) *to_bias = w->sums & 4 ? *to_bias + d_bias[j] : d_bias[j];
  }
}

/** Stores `left` elements of the gradient of x, or adds them. */
static inline void put_gradient(const norm_work *w, size i, vf dx, size left) {
  put(w->out + i, w->sums & 1 ? load(w->out + i) + dx : dx, left);
}

static void rows_backward(const void *work, size c, size end) {
  const norm_work *w = work;
  const size all = w->rows * w->channels;
  for (; c < end; c += LANES) {
    const moments m = row_moments(w, c);
    const vf mean = load(m.mean), rows = splat((float)w->rows);
    vf invstd = {0}, sum = {0}, dot = {0};
    UNROLL for (int j = 0; j < LANES; j++) invstd[j] = inverse_deviation(w, m.squares[j]);
    for (size i = c; i < all; i += w->channels) {
      sum += load(w->dout + i);
      dot = fma(load(w->x + i) - mean, load(w->dout + i), dot);
    }
    float d_weight[LANES], d_bias[LANES];
    store(d_weight, dot * invstd);
    store(d_bias, sum);
    const size count = end - c < LANES ? end - c : LANES;
    put_sums(w, c, count, d_weight, d_bias);
    if (w->out == 0) continue;
    const vf k = dot * invstd * invstd / rows, middle = sum / rows, weight = load(w->weight + c);
    for (size i = c; i < all; i += w->channels) {
      put_gradient(w, i, fma(-(load(w->x + i) - mean), k, load(w->dout + i) - middle) * invstd * weight, count);
    }
  }
}

/** Σ (x - mean) * dout of a plane, as `lane_dot` adds it. */
static float plane_dot(const float *x, float mean, const float *dout, size plane) {
  if (plane < 8) {
    float sum = (x[0] - mean) * dout[0];
    for (size i = 1; i < plane; i++) sum += (x[i] - mean) * dout[i];
    return sum;
  }
  float t[8];
  *(v8_at *)t = (load8(x) - mean) * load8(dout);
  for (size i = 8; i < plane; i++) t[i % 8] = fma1(x[i] - mean, dout[i], t[i % 8]);
  return tree(*(v8_at *)t);
}

static void channel_backward(const norm_work *w, size c, float mean, float invstd) {
  const size numbers = w->rows * w->plane, row = w->channels * w->plane;
  double sum = 0, dot = 0;
  for (size r = 0, at = c * w->plane; r < w->rows; r++, at += row) {
    sum += lane_sum(w->dout + at, w->plane);
    dot += plane_dot(w->x + at, mean, w->dout + at, w->plane);
  }
  const float d_weight = (float)(dot * invstd), d_bias = (float)sum;
  put_sums(w, c, 1, &d_weight, &d_bias);
  if (w->out == 0) return;
  const vf k = splat((float)dot * invstd * invstd / (float)numbers), middle = splat((float)(sum / (double)numbers));
  for (size r = 0, at = c * w->plane; r < w->rows; r++, at += row) {
    for (size i = at, end = at + w->plane; i < end; i += LANES) {
      put_gradient(w, i, fma(-(load(w->x + i) - mean), k, load(w->dout + i) - middle) * invstd * w->weight[c], end - i);
    }
  }
}

static void planes_backward(const void *work, size c, size end) {
  const norm_work *w = work;
  for (; c < end; c += CHAINS) {
    const moments m = plane_moments(w, c);
    for (size j = 0; j < CHAINS && c + j < end; j++) {
      channel_backward(w, c + j, m.mean[j], inverse_deviation(w, m.squares[j]));
    }
  }
}

static void share_channels(part_function *run, const norm_work *w) {
  share(run, w, w->channels, 16, w->rows * w->plane * NORMALIZED);
}

EXPORT void batchNorm(float *out, const float *x, const float *weight, const float *bias, float *mean, float *variance,
                      size rows, size channels, size plane, double eps, double momentum) {
  const norm_work w = {out, x, weight, bias, mean, variance, rows, channels, plane, eps, momentum};
  share_channels(train_range, &w);
}

EXPORT void batchNormEvaluate(float *out, const float *x, const float *weight, const float *bias, float *mean,
                              float *variance, size rows, size channels, size plane, float eps) {
  const norm_work w = {out, x, weight, bias, mean, variance, rows, channels, plane, eps};
  share_channels(evaluate_range, &w);
}

/** `sums`: a bit for each of the first three that is added to. */
EXPORT void batchNormBackward(float *dx, float *d_weight, float *d_bias, const float *dout, const float *x,
                              const float *weight, size rows, size channels, size plane, double eps, int sums) {
  const norm_work w = {dx, x, weight, 0, 0, 0, rows, channels, plane, eps, 0, d_weight, d_bias, dout, sums};
  share_channels(plane == 1 ? rows_backward : planes_backward, &w);
}
