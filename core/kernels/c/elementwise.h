// Elementwise kernels. The last vector can extend past the end of its arrays: it is read there (memory.ts leaves space) but
// not written.
#pragma once
#include "share.h"
#include "sleef.h"

/** out[i] = VALUE for i < n, which VALUE can use as `i`, from the present one on. */
#define EACH(OUT, VALUE) \
  for (; i + 4 * LANES <= n;) { \
    UNROLL for (int j = 0; j < 4; j++, i += LANES) store(OUT + i, VALUE); \
  } \
  for (; i < n; i += LANES) put(OUT + i, VALUE, n - i);

/** The operands of an elementwise kernel. */
typedef struct {
  float *out;
  const float *a, *b;
  float x, y;
} operands;

/** Costs of an element, as `share` counts them: one that is read and written, and one of an exponential or a logarithm. */
#define SIMPLE 16
#define CURVE 64

/** The range of a kernel that computes VALUE from A, B, X and Y. */
#define RANGE(NAME, VALUE) \
  static void NAME(const void *work, size i, size n) { \
    const operands o = *(const operands *)work; \
    EACH(o.out, VALUE) \
  }
#define A load(o.a + i)
#define B load(o.b + i)
#define X o.x
#define Y o.y

/** The kernel itself: begins ranges at whole cache lines. */
#define SHARED(NAME, COST, ...) \
  const operands o = {__VA_ARGS__}; \
  share(NAME, &o, n, 16, COST);

/** The ranges of a kernel that can be added to the present values. */
#define RANGES_OR_SUMS(NAME, VALUE) RANGE(NAME##_range, VALUE) RANGE(NAME##_sums, load(o.out + i) + (VALUE))
#define SHARED_OR_SUMS(NAME, ...) \
  const operands o = {__VA_ARGS__}; \
  share(accumulate ? NAME##_sums : NAME##_range, &o, n, 16, SIMPLE);

RANGE(relu_range, only(~(A < 0), A))
/** 0 where x < 0; -0 and NaN stay. */
EXPORT void relu(float *out, const float *x, size n) {
  SHARED(relu_range, SIMPLE, out, x)
}

RANGES_OR_SUMS(relu_backward, only(~(B <= 0), A))
/** 0 where x <= 0: the gradient passes where x is NaN. */
EXPORT void reluBackward(float *dx, const float *dout, const float *x, size n, int accumulate) {
  SHARED_OR_SUMS(relu_backward, dx, dout, x)
}

static void exp_range(const void *work, size i, size n) {
  const operands o = *(const operands *)work;
  for (; i < n; i += LANES) put(o.out + i, vector_exp(A), n - i);
}

EXPORT void exp(float *out, const float *x, size n) {
  SHARED(exp_range, CURVE, out, x)
}

static void log_range(const void *work, size i, size n) {
  const operands o = *(const operands *)work;
  for (; i < n; i += LANES) put(o.out + i, vector_log(A), n - i);
}

EXPORT void log(float *out, const float *x, size n) {
  SHARED(log_range, CURVE, out, x)
}

RANGES_OR_SUMS(log_backward, A / B)
EXPORT void logBackward(float *dx, const float *dout, const float *x, size n, int accumulate) {
  SHARED_OR_SUMS(log_backward, dx, dout, x)
}

RANGE(add_range, A + B)
EXPORT void add(float *out, const float *a, const float *b, size n) {
  SHARED(add_range, SIMPLE, out, a, b)
}

RANGE(sub_range, A - B)
EXPORT void sub(float *out, const float *a, const float *b, size n) {
  SHARED(sub_range, SIMPLE, out, a, b)
}

RANGE(mul_range, A * B)
EXPORT void mul(float *out, const float *a, const float *b, size n) {
  SHARED(mul_range, SIMPLE, out, a, b)
}

RANGE(div_range, A / B)
EXPORT void div(float *out, const float *a, const float *b, size n) {
  SHARED(div_range, SIMPLE, out, a, b)
}

RANGE(scale_range, A * X)
EXPORT void scale(float *out, const float *a, size n, float alpha) {
  SHARED(scale_range, SIMPLE, out, a, 0, alpha)
}

RANGE(clamp_range, clamped(A, X, Y))
EXPORT void clamp(float *out, const float *a, size n, float low, float high) {
  SHARED(clamp_range, SIMPLE, out, a, 0, low, high)
}

RANGES_OR_SUMS(clamp_backward, only((B >= X) & (B <= Y), A))
EXPORT void clampBackward(float *dx, const float *dout, const float *x, size n, float low, float high,
                          int accumulate) {
  SHARED_OR_SUMS(clamp_backward, dx, dout, x, low, high)
}

RANGE(add_number_range, A + X)
EXPORT void addNumber(float *out, const float *a, size n, float value) {
  SHARED(add_number_range, SIMPLE, out, a, 0, value)
}

EXPORT void addRow(float *out, const float *a, const float *row, size rows, size columns) {
  for (size r = 0; r < rows; r++) add(out + r * columns, a + r * columns, row, columns);
}

RANGE(add_scaled_range, load(o.out + i) + A * X)
EXPORT void addScaled(float *target, const float *a, size n, float alpha) {
  SHARED(add_scaled_range, SIMPLE, target, a, 0, alpha)
}

RANGE(add_product_range, load(o.out + i) + A * B)
EXPORT void addProduct(float *target, const float *a, const float *b, size n) {
  SHARED(add_product_range, SIMPLE, target, a, b)
}

RANGE(copy_range, A)
/** Nothing is to be done for a view that memory planning has put where its operand is. */
EXPORT void copy(float *out, const float *a, size n) {
  if (out == a) return;
  SHARED(copy_range, SIMPLE, out, a)
}

RANGE(fill_range, splat(X))
EXPORT void fill(float *out, size n, float value) {
  SHARED(fill_range, SIMPLE, out, 0, 0, value)
}

#undef A
#undef B
#undef X
#undef Y
