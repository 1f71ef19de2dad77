/**
 * Float32 logarithm, sine and cosine, bit for bit as PyTorch computes them on AVX2 when it draws normal numbers. Method and
 * coefficients are those of the Cephes library (S. L. Moshier, logf.c and sinf.c), in the order of operations of PyTorch's
 * AVX2 code, which uses fused multiply-adds.
 */
import { fma } from "../kernels/plain_fma.ts";

const f = Math.fround;
const sqrtHalf = f(0.707106781186547524);

/** ln 2 in two parts; the first has few enough bits that its product with every exponent is exact. */
const ln2High = f(0.693359375);
const ln2Low = f(-2.12194440e-4);
/** The coefficients of ln(1 + x). */
const logCoefficients = [
  7.0376836292e-2,
  -1.1514610310e-1,
  1.1676998740e-1,
  -1.2420140846e-1,
  1.4249322787e-1,
  -1.6668057665e-1,
  2.0000714765e-1,
  -2.4999993993e-1,
  3.3333331174e-1,
].map(f);

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
  let y = logCoefficients[0];
  for (let i = 1; i < logCoefficients.length; i++) y = fma(y, m, logCoefficients[i]);
  y = f(y * m);
  y = fma(y, z, f(e * ln2Low));
  y = fma(-z, 0.5, y);
  return fma(e, ln2High, f(m + y));
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
