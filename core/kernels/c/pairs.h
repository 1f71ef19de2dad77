// Numbers as the sum of two float32, as Sleef computes with them. plain_pairs.ts has the same in TypeScript. Where fused
// multiply-adds are emulated, rounding twice is enough for the functions in sleef.h and curves.h, which say why.
#pragma once
#include "fma.h"

/** Two float32 whose sum is more precise than one. */
typedef struct {
  vf high, low;
} pair;

/** x + y exactly, as a pair. */
static inline pair two_sum(vf x, vf y) {
  const vf s = x + y, v = s - x;
  return (pair){s, (x - (s - v)) + (y - v)};
}

static inline pair pair_add(pair x, pair y) {
  const pair s = two_sum(x.high, y.high);
  return (pair){s.high, s.low + (x.low + y.low)};
}

static inline pair pair_add_float(pair x, vf y) {
  const pair s = two_sum(x.high, y);
  return (pair){s.high, s.low + x.low};
}

/** x + y where |x| >= |y|. */
static inline pair pair_add_smaller(pair x, pair y) {
  const vf s = x.high + y.high;
  return (pair){s, (((x.high - s) + y.high) + x.low) + y.low};
}

/** 1 + y where |y| <= 1. */
static inline pair one_plus(pair y) {
  const vf s = 1.0f + y.high;
  return (pair){s, ((1.0f - s) + y.high) + y.low};
}

static inline pair pair_multiply(pair x, pair y) {
  const vf s = x.high * y.high;
  return (pair){s, fma_twice(x.high, y.low, fma_twice(x.low, y.high, fma_twice(x.high, y.high, -s)))};
}

static inline pair pair_multiply_float(pair x, vf y) {
  const vf s = x.high * y;
  return (pair){s, fma_twice(x.low, y, fma_twice(x.high, y, -s))};
}

static inline pair float_multiply(vf x, vf y) {
  const vf s = x * y;
  return (pair){s, fma_twice(x, y, -s)};
}

static inline pair pair_square(pair x) {
  const vf s = x.high * x.high;
  return (pair){s, fma_twice(x.high + x.high, x.low, fma_twice(x.high, x.high, -s))};
}

static inline pair reciprocal(pair d) {
  const vf s = 1.0f / d.high;
  return (pair){s, s * fma_twice(-d.low, s, fma_twice(-d.high, s, splat(1)))};
}

/** n / d, by the reciprocal of d's high part. */
static inline pair divide(pair n, pair d) {
  const vf t = 1.0f / d.high;
  const vf s = n.high * t;
  const vf u = fma_twice(t, n.high, -s);
  const vf v = fma_twice(-d.low, t, fma_twice(-d.high, t, splat(1)));
  return (pair){s, fma_twice(s, v, fma_twice(n.low, t, u))};
}

static inline pair negative(pair x) {
  return (pair){-x.high, -x.low};
}
