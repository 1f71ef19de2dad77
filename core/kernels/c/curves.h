// tanh x and erf x as PyTorch computes them: tanhf and erff of Sleef 3.5.1 ("u10"). plain_curves.ts states each step. As in
// sleef.h, `fma_twice` is enough: the results were compared with those of exact roundings for every float32.
#pragma once
#include "sleef.h"

#define SIGN ((vi)splat(-0.0f))

/** The magnitude of `size` with the sign of x; NaN where x is. */
static inline vf with_sign_of(vf x, vf size) {
  return choose(x != x, x, (vf)((vi)size | ((vi)x & SIGN)));
}

/** e^d of a pair that is not large, as a pair. */
static inline pair pair_exp(pair d) {
  const vf rounded = (d.high + d.low) * 1.442695040888963407359924681f + ROUNDER;
  const vf q = rounded - ROUNDER;
  const vi whole = (vi)rounded - ROUNDER_BITS;
  pair s = pair_add_float(d, q * -0.693145751953125f);
  s = pair_add_float(s, q * -1.428606765330187045e-06f);
  vf u = constant(0.1980960224e-3f);
  u = fma_twice(u, s.high, constant(0.1394256484e-2f));
  u = fma_twice(u, s.high, constant(0.8333456703e-2f));
  u = fma_twice(u, s.high, constant(0.4166637361e-1f));
  pair t = pair_add_float(pair_multiply_float(s, u), splat(0.166666659414234244790680580464f));
  t = pair_add_float(pair_multiply(s, t), splat(0.5f));
  t = one_plus(pair_add(s, pair_multiply(pair_square(s), t)));
  return (pair){times_power_of_two(t.high, whole), times_power_of_two(t.low, whole)};
}

static inline vf vector_tanh(vf x) {
  const vf size = (vf)((vi)x & ~SIGN);
  const pair e = pair_exp((pair){clamped(size, 0, 9), splat(0)});
  const pair inverse = reciprocal(e);
  const pair quotient = divide(pair_add_smaller(e, negative(inverse)), pair_add_smaller(e, inverse));
  const vf value = choose(size > 8.664339742f, splat(1), quotient.high + quotient.low);
  return with_sign_of(x, value);
}

/** The three polynomials of erf: up to which x they are used, in vectors where they are. */
typedef struct {
  vi first, second;
} erf_parts;

static inline vf part_of(erf_parts in, float first, float second, float third) {
  return choose(in.first, splat(first), choose(in.second, splat(second), splat(third)));
}

/** The same of numbers that are pairs. */
static inline pair pair_part_of(erf_parts in, double first, double second, double third) {
  const float a = first, b = second, c = third;
  return (pair){part_of(in, a, b, c), part_of(in, first - a, second - b, third - c)};
}

static inline vf vector_erf(vf x) {
  const vf magnitude = (vf)((vi)x & ~SIGN);
  const vf size = clamped(magnitude, 0, 4);
  const erf_parts in = {size < 1.1f, size < 2.4f};
  const vf u = choose(in.first, size * size, size);
  vf t = part_of(in, 0.7089292194e-4f, -0.1792667899e-4f, -0.9495757695e-5f);
  t = fma_twice(t, u, part_of(in, -0.7768311189e-3f, 0.3937633010e-3f, 0.2481465926e-3f));
  t = fma_twice(t, u, part_of(in, 0.5159463733e-2f, -0.3949181177e-2f, -0.2918176819e-2f));
  t = fma_twice(t, u, part_of(in, -0.2683781274e-1f, 0.2445474640e-1f, 0.2059706673e-1f));
  t = fma_twice(t, u, part_of(in, 0.1128318012f, -0.1070996150f, -0.9901899844e-1f));
  pair d = float_multiply(t, u);
  d = pair_add(d, pair_part_of(in, -0.376125876000657465175213237214, -0.634588905908410389971210809210,
                               -0.643598050547891613081201721633));
  d = pair_multiply_float(d, u);
  d = pair_add(d, pair_part_of(in, 0.112837916021059138255978217023e+1, -0.112879855826694507209862753992e+1,
                               -0.112461487742845562801052956293e+1));
  d = pair_multiply_float(d, size);
  const pair e = one_plus(negative(pair_exp(d)));
  const vf value = choose(in.first, d.high + d.low, e.high + e.low);
  return with_sign_of(x, choose(magnitude < 4, value, splat(1)));
}
