// e^x and ln x as PyTorch computes them: expf and logf of Sleef 3.5.1 with an error of at most 1 ulp ("u10"), with fused
// multiply-adds. plain_math.ts states each step. Where those are emulated, a first attempt collects the lanes in which one
// of them would have to be rounded exactly, and a second one rounds all exactly.
#pragma once
#include "fma.h"

/** 12582912 = 1.5 * 2^23: adding it rounds a small number to an integer, which is then in the low bits. */
#define ROUNDER 12582912.0f
#define ROUNDER_BITS 0x4b400000

/** Two float32 whose sum is more precise than one. */
typedef struct {
  vf high, low;
} pair;

#define FMA(A, B, C) (exact ? fma(A, B, C) : quick_fma(A, B, C, doubtful))

static inline vf exp_attempt(vf x, int exact, vi *doubtful) {
  // Beyond these bounds the result is 0 or infinite; NaN stays NaN.
  const vf near = choose(x < -104, splat(-104), choose(x > 104, splat(104), x));
  const vf rounded = near * 1.442695040888963407359924681f + ROUNDER;
  const vf q = rounded - ROUNDER;
  const vi whole = (vi)rounded - ROUNDER_BITS;
  vf s = exact_fma(q, constant(-0.693145751953125f), near);
  s = exact_fma(q, constant(-1.428606765330187045e-06f), s);
  vf u = constant(0.000198527617612853646278381f);
  u = FMA(u, s, constant(0.00139304355252534151077271f));
  u = FMA(u, s, constant(0.00833336077630519866943359f));
  u = FMA(u, s, constant(0.0416664853692054748535156f));
  u = FMA(u, s, constant(0.166666671633720397949219f));
  u = FMA(u, s, constant(0.5f));
  u = 1.0f + FMA(s * s, u, s);
  // 2^whole in two factors: it can be beyond what one float32 power of two can be.
  const vi half = whole >> 1;
  u = u * bits_to_float((half + 127) << 23) * bits_to_float((whole - half + 127) << 23);
  u = choose(x < -104, splat(0), u);
  return choose(x > 104, splat(__builtin_inff()), u);
}

/** x + y exactly, as a pair. */
static inline pair two_sum(vf x, vf y) {
  const vf s = x + y, v = s - x;
  return (pair){s, (x - (s - v)) + (y - v)};
}

static inline pair divide(pair n, pair d, int exact, vi *doubtful) {
  const vf t = 1.0f / d.high;
  const vf s = n.high * t;
  const vf u = exact_fma(t, n.high, -s);
  const vf v = FMA(-d.low, t, exact_fma(-d.high, t, splat(1)));
  return (pair){s, FMA(s, v, FMA(n.low, t, u))};
}

static inline vf log_attempt(vf d, int exact, vi *doubtful) {
  const vi tiny = d < 1.17549435e-38f;
  const vf v = choose(tiny, d * 18446744073709551616.0f, d);
  const vi exponent = (((vi)(v * (1.0f / 0.75f)) >> 23) & 255) - 127;
  const vf m = bits_to_float((vi)v - (exponent << 23));
  const vf e = __builtin_convertvector(exponent - (tiny & 64), vf);
  const vf ln2_high = splat(0.69314718246459960938f), ln2_low = splat(-1.904654323148236017e-09f);
  const vf sx = ln2_high * e;
  const vf s_low = exact_fma(ln2_low, e, exact_fma(ln2_high, e, -sx));
  const pair x = divide(two_sum(splat(-1), m), two_sum(splat(1), m), exact, doubtful);
  const vf x2 = x.high * x.high;
  vf t = FMA(constant(0.3027294874f), x2, constant(0.3996108174f));
  t = FMA(t, x2, constant(0.6666694880f));
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

NOINLINE vf exact_exp(vf x) {
  return exp_attempt(x, 1, 0);
}

static inline vf vector_exp(vf x) {
  vi doubtful = {0};
  const vf result = exp_attempt(x, 0, &doubtful);
  return any(doubtful) ? exact_exp(x) : result;
}

NOINLINE vf exact_log(vf x) {
  return log_attempt(x, 1, 0);
}

static inline vf vector_log(vf x) {
  vi doubtful = {0};
  const vf result = log_attempt(x, 0, &doubtful);
  return any(doubtful) ? exact_log(x) : result;
}
