/**
 * Float32 logarithm, sine and cosine, bit for bit as PyTorch computes them on AVX2 when it draws normal numbers. Method and
 * coefficients are those of the Cephes library (S. L. Moshier, logf.c and sinf.c), in the order of operations of PyTorch's
 * AVX2 code, which uses fused multiply-adds.
 */
import { LN2_HIGH, LN2_LOW, LOG_TERMS } from "../kernels/plain_math.ts";

const f = Math.fround;
const sqrtHalf = f(0.707106781186547524);

/**
 * `a * b + c` with a single rounding to float32, for float32 arguments. The product is exact in float64. The sum is rounded
 * twice, to float64 and to float32. That differs from a single rounding only if the float64 is exactly halfway between two
 * float32; then the error of the first rounding decides.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const near = f(sum);
  const rest = sum - near;
  const far = near + 2 * rest;
  if (rest === 0 || f(far) !== far) return near;
  const added = sum - product;
  const lost = (product - (sum - added)) + (c - added);
  if (lost === 0) return near;
  return (lost > 0) === (rest > 0) ? far : near;
}

const floatView = new Float32Array(1);
const bitsView = new Int32Array(floatView.buffer);

/** Natural logarithm of a normal, positive float32. */
export function log(x: number): number {
  floatView[0] = x;
  // x = m * 2^e with m in [0.5, 1).
  let e = (bitsView[0] >>> 23) - 126;
  bitsView[0] = (bitsView[0] & 0x007fffff) | 0x3f000000;
  let m = floatView[0];
  if (m < sqrtHalf) {
    e -= 1;
    m = f(f(m - 1) + m);
  } else {
    m = f(m - 1);
  }
  const z = f(m * m);
  let y = LOG_TERMS[0];
  for (let i = 1; i < LOG_TERMS.length; i++) y = fma(y, m, LOG_TERMS[i]);
  y = f(y * m);
  y = fma(y, z, f(e * LN2_LOW));
  y = fma(-z, 0.5, y);
  return fma(e, LN2_HIGH, f(m + y));
}

const fourOverPi = f(1.27323954473516);
/** pi / 4 in three parts. The first two have so few bits that their products with small integers are exact. */
const quarterPi = [0.78515625, f(2.4187564849853515625e-4), f(3.77489497744594108e-8)] as const;
const sinCoefficients = [f(-1.9515295891e-4), f(8.3321608736e-3), f(-1.6666654611e-1)] as const;
const cosCoefficients = [f(2.443315711809948e-5), f(-1.388731625493765e-3), f(4.166664568298827e-2)] as const;

/** Writes `sin(t)` to `out[0]` and `cos(t)` to `out[1]`, for a float32 `t` in [0, 8192]. */
export function sinCos(t: number, out: Float32Array): void {
  // t = octant * pi/4 + x with an even octant, so |x| <= pi/4.
  const octant = (Math.trunc(f(t * fourOverPi)) + 1) & ~1;
  const x = fma(-octant, quarterPi[2], fma(-octant, quarterPi[1], fma(-octant, quarterPi[0], t)));
  const z = f(x * x);
  let c = fma(fma(cosCoefficients[0], z, cosCoefficients[1]), z, cosCoefficients[2]);
  c = f(fma(f(c * z), z, -f(z * 0.5)) + 1);
  let s = fma(fma(sinCoefficients[0], z, sinCoefficients[1]), z, sinCoefficients[2]);
  s = fma(f(s * z), x, x);
  const [sin, cos] = (octant & 2) !== 0 ? [c, s] : [s, c];
  out[0] = (octant & 4) !== 0 ? -sin : sin;
  out[1] = ((octant - 2) & 4) === 0 ? -cos : cos;
}
