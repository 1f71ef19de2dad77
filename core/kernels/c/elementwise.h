// Elementwise kernels. The last vector can extend past the end of its arrays: it is read there (memory.ts leaves space) but
// not written.
#pragma once
#include "sleef.h"

/** out[i] = VALUE for all i < n, which VALUE can use as `i`. */
#define EACH(OUT, VALUE) \
  size i = 0; \
  for (; i + 4 * LANES <= n;) { \
    UNROLL for (int j = 0; j < 4; j++, i += LANES) store(OUT + i, VALUE); \
  } \
  for (; i < n; i += LANES) put(OUT + i, VALUE, n - i);

/** The same, added to the present values if `accumulate`. */
#define EACH_OR_ADD(OUT, VALUE) \
  if (accumulate) { \
    EACH(OUT, load(OUT + i) + (VALUE)) \
  } else { \
    EACH(OUT, VALUE) \
  }

/** 0 where x < 0; -0 and NaN stay. */
EXPORT void relu(float *out, const float *x, size n) {
  EACH(out, only(~(load(x + i) < 0), load(x + i)))
}

/** 0 where x <= 0: the gradient passes where x is NaN. */
EXPORT void reluBackward(float *dx, const float *dout, const float *x, size n, int accumulate) {
  EACH_OR_ADD(dx, only(~(load(x + i) <= 0), load(dout + i)))
}

EXPORT void exp(float *out, const float *x, size n) {
  for (size i = 0; i < n; i += LANES) put(out + i, vector_exp(load(x + i)), n - i);
}

EXPORT void log(float *out, const float *x, size n) {
  for (size i = 0; i < n; i += LANES) put(out + i, vector_log(load(x + i)), n - i);
}

EXPORT void logBackward(float *dx, const float *dout, const float *x, size n, int accumulate) {
  EACH_OR_ADD(dx, load(dout + i) / load(x + i))
}

EXPORT void add(float *out, const float *a, const float *b, size n) {
  EACH(out, load(a + i) + load(b + i))
}

EXPORT void sub(float *out, const float *a, const float *b, size n) {
  EACH(out, load(a + i) - load(b + i))
}

EXPORT void mul(float *out, const float *a, const float *b, size n) {
  EACH(out, load(a + i) * load(b + i))
}

EXPORT void div(float *out, const float *a, const float *b, size n) {
  EACH(out, load(a + i) / load(b + i))
}

EXPORT void scale(float *out, const float *a, size n, float alpha) {
  EACH(out, load(a + i) * alpha)
}

EXPORT void clamp(float *out, const float *a, size n, float low, float high) {
  EACH(out, clamped(load(a + i), low, high))
}

EXPORT void clampBackward(float *dx, const float *dout, const float *x, size n, float low, float high,
                          int accumulate) {
  EACH_OR_ADD(dx, only((load(x + i) >= low) & (load(x + i) <= high), load(dout + i)))
}

EXPORT void addNumber(float *out, const float *a, size n, float value) {
  EACH(out, load(a + i) + value)
}

EXPORT void addRow(float *out, const float *a, const float *row, size rows, size columns) {
  for (size r = 0; r < rows; r++) add(out + r * columns, a + r * columns, row, columns);
}

EXPORT void addScaled(float *target, const float *a, size n, float alpha) {
  EACH(target, load(target + i) + load(a + i) * alpha)
}

EXPORT void addProduct(float *target, const float *a, const float *b, size n) {
  EACH(target, load(target + i) + load(a + i) * load(b + i))
}

EXPORT void copy(float *out, const float *a, size n) {
  EACH(out, load(a + i))
}

EXPORT void fill(float *out, size n, float value) {
  EACH(out, splat(value))
}
