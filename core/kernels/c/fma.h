// a * b + c, rounded once. Where the processor has no such instruction it is emulated: the product of two float32 is
// exact in float64, and a float64 sum that is then rounded to float32 is wrong only where it was itself rounded and is
// the middle between two float32, or is denormal as float32. Such sums are rounded to odd instead: an inexact sum whose
// last bit is 0 is replaced by its neighbour on the side of the exact sum.
#pragma once
#include "lanes.h"

#if defined(__FMA__) || defined(__aarch64__)

static inline float fma1(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}

static inline vf fma(vf a, vf b, vf c) {
  return __builtin_elementwise_fma(a, b, c);
}

static inline vf quick_fma(vf a, vf b, vf c, vi *doubtful) {
  (void)doubtful;
  return fma(a, b, c);
}

static inline vf exact_fma(vf a, vf b, vf c) {
  return fma(a, b, c);
}

static inline vf fma_at(const float *a, vf b, const float *c) {
  return fma(load(a), b, load(c));
}

#else

typedef float f2 __attribute__((vector_size(8)));
typedef float f2_at __attribute__((vector_size(8), aligned(4), may_alias));
typedef double d2 __attribute__((vector_size(16)));
typedef i64 l2 __attribute__((vector_size(16)));

static inline float fma1(float a, float b, float c) {
  union {
    double value;
    i64 bits;
  } sum;
  const double product = (double)a * b;
  sum.value = product + c;
  const double added = sum.value - product;
  const double error = (product - (sum.value - added)) + (c - added);
  if ((error > 0 || error < 0) && (sum.bits & 1) == 0) sum.bits += (error > 0) == (sum.value > 0) ? 1 : -1;
  return (float)sum.value;
}

static inline d2 low(vf x) {
  return __builtin_convertvector(__builtin_shufflevector(x, x, 0, 1), d2);
}

static inline d2 high(vf x) {
  return __builtin_convertvector(__builtin_shufflevector(x, x, 2, 3), d2);
}

/** Lanes whose sums are the middle between two float32: the last 29 of a float64's bits are a 1 and zeros. */
static inline vi middle(d2 first, d2 last) {
  const vi low_words = __builtin_shufflevector((vi)first, (vi)last, 0, 2, 4, 6);
  return (low_words << 3) == (vi)constant(-0.0f);
}

static inline vf to_float(d2 low, d2 high) {
  const f2 none = {0};
  vf first = __builtin_shufflevector(__builtin_convertvector(low, f2), none, 0, 1, 2, 3);
  vf last = __builtin_shufflevector(__builtin_convertvector(high, f2), none, 0, 1, 2, 3);
  STAY(first);
  STAY(last);
  return __builtin_shufflevector(first, last, 0, 1, 4, 5);
}

/** The float64 sum of a product and c, moved one float64 towards the exact sum if it was rounded to an even one. */
static inline d2 sum_to_odd(d2 product, d2 c) {
  const d2 sum = product + c, added = sum - product;
  const d2 error = (product - (sum - added)) + (c - added);
  const l2 is_up = (l2)((error > 0) == (sum > 0));
  const l2 is_rounded = (l2)(error > 0) | (l2)(error < 0);
  const l2 is_even = ((l2)sum & 1) == 0;
  return (d2)((l2)sum + (is_rounded & is_even & (1 | ~is_up)));
}

NOINLINE vf fma_by_odd(vf a, vf b, vf c) {
  return to_float(sum_to_odd(low(a) * low(b), low(c)), sum_to_odd(high(a) * high(b), high(c)));
}

/** Like `fma`, but only marks the lanes where the sum has to be rounded exactly, and none whose sum is denormal. */
static inline vf quick_fma(vf a, vf b, vf c, vi *doubtful) {
  const d2 first = low(a) * low(b) + low(c), last = high(a) * high(b) + high(c);
  *doubtful |= middle(first, last);
  return to_float(first, last);
}

/** `fma` where the sum is exact in float64. */
static inline vf exact_fma(vf a, vf b, vf c) {
  return to_float(low(a) * low(b) + low(c), high(a) * high(b) + high(c));
}

static inline vf rounded_fma(d2 first, d2 last, vf a, vf b, vf c) {
  const vf sum = to_float(first, last);
  const vf magnitude = (vf)((vi)sum & ~(vi)constant(-0.0f));
  const vi doubtful = middle(first, last) | (magnitude < constant(1.2e-38f));
  return any(doubtful) ? fma_by_odd(a, b, c) : sum;
}

static inline vf fma(vf a, vf b, vf c) {
  return rounded_fma(low(a) * low(b) + low(c), high(a) * high(b) + high(c), a, b, c);
}

static inline d2 wide(const float *at) {
  return __builtin_convertvector(*(const f2_at *)at, d2);
}

/** `fma` of elements in memory, where it costs less to read halves of a vector than to take it apart. */
static inline vf fma_at(const float *a, vf b, const float *c) {
  return rounded_fma(wide(a) * low(b) + wide(c), wide(a + 2) * high(b) + wide(c + 2), load(a), b, load(c));
}

#endif
