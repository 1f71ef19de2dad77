// e^x and ln x as PyTorch computes them: expf and logf of Sleef 3.5.1 with an error of at most 1 ulp ("u10"), with fused
// multiply-adds. plain_math.ts states each step. Where those are emulated, rounding twice is enough: for no float32 is one of
// the sums the middle between two, unless it is exact; exp and log were compared with exact roundings for every float32.
#pragma once
#include "pairs.h"

/** 12582912 = 1.5 * 2^23: adding it rounds a small number to an integer, which is then in the low bits. */
#define ROUNDER 12582912.0f
#define ROUNDER_BITS 0x4b400000

/** x * 2^n in two factors: 2^n can be beyond what one float32 power of two can be. */
static inline vf times_power_of_two(vf x, vi n) {
  const vi half = n >> 1;
  return x * (vf)((half + 127) << 23) * (vf)((n - half + 127) << 23);
}

static inline vf vector_exp(vf x) {
  // Beyond these bounds the result is 0 or infinite; NaN stays NaN.
  const vf near = clamped(x, -104, 104);
  const vf rounded = near * 1.442695040888963407359924681f + ROUNDER;
  const vf q = rounded - ROUNDER;
  const vi whole = (vi)rounded - ROUNDER_BITS;
  vf s = fma_twice(q, constant(-0.693145751953125f), near);
  s = fma_twice(q, constant(-1.428606765330187045e-06f), s);
  vf u = constant(0.000198527617612853646278381f);
  u = fma_twice(u, s, constant(0.00139304355252534151077271f));
  u = fma_twice(u, s, constant(0.00833336077630519866943359f));
  u = fma_twice(u, s, constant(0.0416664853692054748535156f));
  u = fma_twice(u, s, constant(0.166666671633720397949219f));
  u = fma_twice(u, s, constant(0.5f));
  u = 1.0f + fma_twice(s * s, u, s);
  u = times_power_of_two(u, whole);
  u = choose(x < -104, splat(0), u);
  return choose(x > 104, splat(__builtin_inff()), u);
}

static inline vf vector_log(vf d) {
  const vi tiny = d < 1.17549435e-38f;
  const vf v = choose(tiny, d * 18446744073709551616.0f, d);
  const vi exponent = (((vi)(v * (1.0f / 0.75f)) >> 23) & 255) - 127;
  const vf m = (vf)((vi)v - (exponent << 23));
  const vf e = __builtin_convertvector(exponent - (tiny & 64), vf);
  const vf ln2_high = splat(0.69314718246459960938f), ln2_low = splat(-1.904654323148236017e-09f);
  const vf sx = ln2_high * e;
  const vf s_low = fma_twice(ln2_low, e, fma_twice(ln2_high, e, -sx));
  const pair x = divide(two_sum(splat(-1), m), two_sum(splat(1), m));
  const vf x2 = x.high * x.high;
  vf t = fma_twice(constant(0.3027294874f), x2, constant(0.3996108174f));
  t = fma_twice(t, x2, constant(0.6666694880f));
  // s + 2x, where s is the larger one.
  const vf double_x = x.high * 2.0f;
  const vf s = sx + double_x;
  const vf rest = (((sx - s) + double_x) + s_low) + x.low * 2.0f;
  const vf w = (x2 * x.high) * t;
  const vf r = s + w;
  vf out = r + (((s - r) + w) + rest);
  const float infinity = __builtin_inff();
  out = choose(d == 0, splat(-infinity), out);
  out = choose(d == infinity, splat(infinity), out);
  return choose((vi)(d < 0) | (vi)(d != d), splat(__builtin_nanf("")), out);
}
