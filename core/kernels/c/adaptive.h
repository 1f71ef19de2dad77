// Steps of Adam and RMSprop on a parameter, each in one pass over it, and the norm of a vector. See adaptive.ts for the
// rules.
#pragma once
#include "elementwise.h"
#include "sums.h"

/** A parameter, its gradient and its averages, and the numbers of a step; `rest` is 1 - beta. */
typedef struct {
  float *p;
  const float *g;
  float *m, *v;
  float beta1, rest1, beta2, rest2, eps, decay, shrink, rate, root;
} adam_work;

static void adam_range(const void *work, size i, size n) {
  const adam_work s = *(const adam_work *)work;
  for (; i < n; i += LANES) {
    const vf p = load(s.p + i) * s.shrink;
    vf g = load(s.g + i);
    if (s.decay != 0) g = fma(p, splat(s.decay), g);
    const vf m = fma(g, splat(s.rest1), load(s.m + i) * s.beta1);
    const vf v = fma(s.rest2 * g, g, load(s.v + i) * s.beta2);
    put(s.m + i, m, n - i);
    put(s.v + i, v, n - i);
    put(s.p + i, p + -s.rate * m / (__builtin_elementwise_sqrt(v) / s.root + s.eps), n - i);
  }
}

EXPORT void adamStep(float *p, const float *g, float *m, float *v, size n, float beta1, float rest1, float beta2,
                     float rest2, float eps, float decay, float shrink, float rate, float root) {
  const adam_work s = {p, g, m, v, beta1, rest1, beta2, rest2, eps, decay, shrink, rate, root};
  share(adam_range, &s, n, 16, CURVE);
}

/** A parameter, its gradient, its averages (`mean` 0: not centered; `buffer` 0: no momentum), and the numbers. */
typedef struct {
  float *p;
  const float *g;
  float *v, *mean, *buffer;
  float lr, alpha, rest, eps, decay, momentum;
} rmsprop_work;

static void rmsprop_range(const void *work, size i, size n) {
  const rmsprop_work s = *(const rmsprop_work *)work;
  for (; i < n; i += LANES) {
    const vf p = load(s.p + i);
    vf g = load(s.g + i);
    if (s.decay != 0) g = fma(p, splat(s.decay), g);
    vf v = fma(s.rest * g, g, load(s.v + i) * s.alpha);
    put(s.v + i, v, n - i);
    if (s.mean != 0) {
      const vf mean = fma(g, splat(s.rest), load(s.mean + i) * s.alpha);
      put(s.mean + i, mean, n - i);
      v = fma(-mean, mean, v);
    }
    const vf divisor = __builtin_elementwise_sqrt(v) + s.eps;
    if (s.buffer == 0) {
      put(s.p + i, p + -s.lr * g / divisor, n - i);
      continue;
    }
    const vf buffer = load(s.buffer + i) * s.momentum + g / divisor;
    put(s.buffer + i, buffer, n - i);
    put(s.p + i, fma(buffer, splat(-s.lr), p), n - i);
  }
}

EXPORT void rmspropStep(float *p, const float *g, float *v, float *mean, float *buffer, size n, float lr, float alpha,
                        float rest, float eps, float decay, float momentum) {
  const rmsprop_work s = {p, g, v, mean, buffer, lr, alpha, rest, eps, decay, momentum};
  share(rmsprop_range, &s, n, 16, CURVE);
}

/** sum + x * x on eight lanes, rounded once. */
static inline v8 add_squares(v8 sum, v8 x) {
#if LANES == 4
  const vf low = __builtin_shufflevector(x, x, 0, 1, 2, 3), high = __builtin_shufflevector(x, x, 4, 5, 6, 7);
  const vf first = fma(low, low, __builtin_shufflevector(sum, sum, 0, 1, 2, 3));
  const vf last = fma(high, high, __builtin_shufflevector(sum, sum, 4, 5, 6, 7));
  return __builtin_shufflevector(first, last, 0, 1, 2, 3, 4, 5, 6, 7);
#else
  return __builtin_elementwise_fma(x, x, sum);
#endif
}

/** The root of the sum of squares: eight lanes, in order, then the tail, whose first four squares are rounded. */
EXPORT void norm(float *out, const float *a, size n) {
  const size tail = n / 8 * 8, rounded = n - tail < 4 ? tail : tail + 4;
  v8 lanes = {0};
  for (size i = 0; i < tail; i += 8) lanes = add_squares(lanes, load8(a + i));
  float sum = lanes[0];
  UNROLL for (int j = 1; j < 8; j++) sum += lanes[j];
  for (size i = tail; i < rounded; i++) sum += a[i] * a[i];
  for (size i = rounded; i < n; i++) sum = fma1(a[i], a[i], sum);
  out[0] = __builtin_elementwise_sqrt(sum);
}
