// expf and erff of the C library glibc 2.36, of single numbers, which PyTorch calls for the last elements of a tensor.
// plain_libm.ts has the same in TypeScript; for every float32, the results are those of the library itself.
#pragma once
#include "lanes.h"

typedef union {
  float value;
  u32 bits;
} float_bits;

typedef union {
  double value;
  i64 bits;
} double_bits;

/** e^x: 2^(k/32) times a polynomial in the rest of x, in float64. */
static float libm_exp(float x) {
  static const double roots[32] = {
      0x1.0p+0,               0x1.059b0d3158574p+0, 0x1.0b5586cf9890fp+0, 0x1.11301d0125b51p+0, 0x1.172b83c7d517bp+0,
      0x1.1d4873168b9aap+0, 0x1.2387a6e756238p+0, 0x1.29e9df51fdee1p+0, 0x1.306fe0a31b715p+0, 0x1.371a7373aa9cbp+0,
      0x1.3dea64c123422p+0, 0x1.44e086061892dp+0, 0x1.4bfdad5362a27p+0, 0x1.5342b569d4f82p+0, 0x1.5ab07dd485429p+0,
      0x1.6247eb03a5585p+0, 0x1.6a09e667f3bcdp+0, 0x1.71f75e8ec5f74p+0, 0x1.7a11473eb0187p+0, 0x1.82589994cce13p+0,
      0x1.8ace5422aa0dbp+0, 0x1.93737b0cdc5e5p+0, 0x1.9c49182a3f090p+0, 0x1.a5503b23e255dp+0, 0x1.ae89f995ad3adp+0,
      0x1.b7f76f2fb5e47p+0, 0x1.c199bdd85529cp+0, 0x1.cb720dcef9069p+0, 0x1.d5818dcfba487p+0, 0x1.dfc97337b9b5fp+0,
      0x1.ea4afa2a490dap+0, 0x1.f50765b6e4540p+0,
  };
  if (x != x) return x;
  if (x > 88.72283f) return __builtin_inff();
  if (x < -103.972076f) return 0;
  // The library fuses products and sums, which changes the results of two numbers.
  if (x == 0x1.04845ep+5f) return 0x1.f93e38p+46f;
  if (x == -0x1.f8cbb2p+5f) return 0x1.f45326p-92f;
  const double z = x * (1.4426950408889634 * 32);
  // Adding 1.5 * 2^52 rounds to an integer, which is then in the low bits.
  const double_bits rounded = {z + 0x1.8p52};
  const double r = z - (rounded.value - 0x1.8p52);
  double_bits scale = {roots[rounded.bits & 31]};
  scale.bits += (i64)((unsigned long long)(rounded.bits >> 5) << 52);
  const double c0 = 0x1.c6af84b912394p-5 / 32 / 32 / 32, c1 = 0x1.ebfce50fac4f3p-3 / 32 / 32, c2 = 0x1.62e42ff0c52d6p-1 / 32;
  return ((c0 * r + c1) * (r * r) + (c2 * r + 1)) * scale.value;
}

/** A polynomial by Horner's rule, the lowest power first. */
static float horner(const float *terms, int count, float x) {
  float sum = terms[count - 1];
  for (int i = count - 2; i >= 0; i--) sum = terms[i] + x * sum;
  return sum;
}

#define RATIO(X, ABOVE, BELOW) \
  (horner(ABOVE, sizeof ABOVE / sizeof *ABOVE, X) / horner(BELOW, sizeof BELOW / sizeof *BELOW, X))

/** erf x for x >= 1.25. */
static float erf_of_large(float x) {
  static const float above[] = {-9.8649440333e-03f, -6.9385856390e-01f, -1.0558626175e+01f, -6.2375331879e+01f,
                                -1.6239666748e+02f, -1.8460508728e+02f, -8.1287437439e+01f, -9.8143291473e+00f};
  static const float below[] = {1.0f, 1.9651271820e+01f, 1.3765776062e+02f, 4.3456588745e+02f, 6.4538726807e+02f,
                                4.2900814819e+02f, 1.0863500214e+02f, 6.5702495575e+00f, -6.0424413532e-02f};
  static const float far_above[] = {-9.8649431020e-03f, -7.9928326607e-01f, -1.7757955551e+01f, -1.6063638306e+02f,
                                    -6.3756646729e+02f, -1.0250950928e+03f, -4.8351919556e+02f};
  static const float far_below[] = {1.0f, 3.0338060379e+01f, 3.2579251099e+02f, 1.5367296143e+03f, 3.1998581543e+03f,
                                    2.5530502930e+03f, 4.7452853394e+02f, -2.2440952301e+01f};
  if (x >= 6) return 1;
  const float s = 1 / (x * x);
  const float rest = x < 2.857142925262451f ? RATIO(s, above, below) : RATIO(s, far_above, far_below);
  // Without its last 12 bits, so that its square is exact.
  float_bits high = {x};
  high.bits &= ~4095u;
  const float h = high.value;
  return 1 - libm_exp(-h * h - 0.5625f) * libm_exp((h - x) * (h + x) + rest) / x;
}

static float libm_erf(float x) {
  static const float above[] = {1.2837916613e-01f, -3.2504209876e-01f, -2.8481749818e-02f, -5.7702702470e-03f,
                                -2.3763017452e-05f};
  static const float below[] = {1.0f, 3.9791721106e-01f, 6.5022252500e-02f, 5.0813062117e-03f, 1.3249473704e-04f,
                                -3.9602282413e-06f};
  static const float middle_above[] = {-2.3621185683e-03f, 4.1485610604e-01f, -3.7220788002e-01f, 3.1834661961e-01f,
                                       -1.1089469492e-01f, 3.5478305072e-02f, -2.1663755178e-03f};
  static const float middle_below[] = {1.0f, 1.0642088205e-01f, 5.4039794207e-01f, 7.1828655899e-02f,
                                       1.2617121637e-01f, 1.3637083583e-02f, 1.1984500103e-02f};
  const float efx = above[0], size = x < 0 ? -x : x;
  if (x != x) return x;
  if (size < 0x1p-119f) return 0.0625f * (16 * x + (16 * efx) * x);
  if (size < 0x1p-28f) return x + efx * x;
  if (size < 0.84375f) return x + x * RATIO(x * x, above, below);
  const float value = size < 1.25f ? 8.4506291151e-01f + RATIO(size - 1, middle_above, middle_below) : erf_of_large(size);
  return x < 0 ? -value : value;
}
