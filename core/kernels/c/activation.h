// Activation functions. Of sigmoid and gelu, PyTorch computes the last n mod 16 elements by other functions: `blocks` is where
// they begin, whatever range of the elements a thread computes.
#pragma once
#include "curves.h"
#include "elementwise.h"
#include "libm.h"

#define A load(o.a + i)
#define B load(o.b + i)
#define X o.x

/** Costs of an element, as those in elementwise.h: one of a long curve. */
#define LONG_CURVE 256

static void tanh_range(const void *work, size i, size n) {
  const operands o = *(const operands *)work;
  for (; i < n; i += LANES) put(o.out + i, vector_tanh(A), n - i);
}

EXPORT void tanh(float *out, const float *x, size n) {
  SHARED(tanh_range, LONG_CURVE, out, x)
}

RANGES_OR_SUMS(tanh_backward, A *fma(-B, B, constant(1)))
EXPORT void tanhBackward(float *dx, const float *dout, const float *y, size n, int accumulate) {
  SHARED_OR_SUMS(tanh_backward, dx, dout, y)
}

RANGES_OR_SUMS(sigmoid_backward, (A * (1.0f - B)) * B)
EXPORT void sigmoidBackward(float *dx, const float *dout, const float *y, size n, int accumulate) {
  SHARED_OR_SUMS(sigmoid_backward, dx, dout, y)
}

RANGE(leaky_relu_range, choose(A > 0, A, A * X))
EXPORT void leakyRelu(float *out, const float *x, size n, float slope) {
  SHARED(leaky_relu_range, SIMPLE, out, x, 0, slope)
}

RANGES_OR_SUMS(leaky_relu_backward, choose(B > 0, A, A * X))
EXPORT void leakyReluBackward(float *dx, const float *dout, const float *x, size n, float slope, int accumulate) {
  SHARED_OR_SUMS(leaky_relu_backward, dx, dout, x, slope)
}

#undef A
#undef B
#undef X

/** The operands of a kernel whose last elements are computed in another way. */
typedef struct {
  float *out;
  const float *a, *b;
  size blocks;
  int accumulate;
} split_operands;

#define SHARED_WITH_TAIL(NAME, ...) \
  const split_operands o = {__VA_ARGS__}; \
  share(NAME, &o, n, 16, LONG_CURVE);

/** The end of whole blocks in a range: ranges begin and end at multiples of 16, but for the last one. */
static inline size blocks_until(const split_operands *o, size end) {
  return end < o->blocks ? end : o->blocks;
}

static void sigmoid_range(const void *work, size i, size n) {
  const split_operands o = *(const split_operands *)work;
  for (const size end = blocks_until(&o, n); i < end; i += LANES) {
    store(o.out + i, 1.0f / (1.0f + vector_exp(-load(o.a + i))));
  }
  for (; i < n; i++) o.out[i] = 1 / (1 + libm_exp(-o.a[i]));
}

EXPORT void sigmoid(float *out, const float *x, size n) {
  SHARED_WITH_TAIL(sigmoid_range, out, x, 0, n / 16 * 16)
}

#define ROOT_HALF 0.70710678118654752440f

static void gelu_range(const void *work, size i, size n) {
  const split_operands o = *(const split_operands *)work;
  for (const size end = blocks_until(&o, n); i < end; i += LANES) {
    const vf x = load(o.a + i);
    store(o.out + i, (x * 0.5f) * (1.0f + vector_erf(x * ROOT_HALF)));
  }
  for (; i < n; i++) o.out[i] = (o.a[i] * 0.5f) * (1 + libm_erf(o.a[i] * ROOT_HALF));
}

EXPORT void gelu(float *out, const float *x, size n) {
  SHARED_WITH_TAIL(gelu_range, out, x, 0, n / 16 * 16)
}

/** The height of the normal distribution: 1 / √2π. */
#define HEIGHT 0.3989422804014327f

static void gelu_backward_range(const void *work, size i, size n) {
  const split_operands o = *(const split_operands *)work;
  for (const size end = blocks_until(&o, n); i < end; i += LANES) {
    const vf x = load(o.b + i);
    const vf density = HEIGHT * vector_exp((x * x) * -0.5f);
    const vf gradient = load(o.a + i) * fma(x, density, 0.5f * (1.0f + vector_erf(x * ROOT_HALF)));
    store(o.out + i, o.accumulate ? load(o.out + i) + gradient : gradient);
  }
  for (; i < n; i++) {
    const float x = o.b[i];
    const float density = HEIGHT * libm_exp((x * x) * -0.5f);
    const float gradient = o.a[i] * (x * density + 0.5f * (1 + libm_erf(x * ROOT_HALF)));
    o.out[i] = o.accumulate ? o.out[i] + gradient : gradient;
  }
}

EXPORT void geluBackward(float *dx, const float *dout, const float *x, size n, int accumulate) {
  SHARED_WITH_TAIL(gelu_backward_range, dx, dout, x, n / 16 * 16, accumulate)
}
