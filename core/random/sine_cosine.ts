/**
 * Sine and cosine of small normal draws, with the bits of FDLIBM's sin and cos (Sun Microsystems, e_rem_pio2.c, k_sin.c
 * and k_cos.c, as FreeBSD revised them), whose method and coefficients it uses.
 */

const twoPi = 2 * Math.PI;

/** pi / 2 in two parts of 33 bits, whose products with small integers are exact, each with all that remains after it. */
const halfPi = [
  { part: 1.5707963267341256, rest: 6.077100506506192e-11 },
  { part: 6.077100506303966e-11, rest: 2.0222662487959506e-21 },
] as const;

/**
 * Multiples of pi / 2: the angle from which one is the nearest, and the range in which an angle is so near that both parts
 * of pi / 2 are subtracted. FDLIBM compares the upper 20 bits of a fraction, so these have no more. It has a third part for
 * the few doubles that are nearest to a multiple; for these angles it changes nothing.
 */
const multiples = [
  { from: 0, near: 0, far: 0 },
  { from: 0x1921fc / 0x200000, near: 0x1921fb / 0x100000, far: 0x1921fc / 0x100000 },
  { from: 0x12d97d / 0x080000, near: 0x1921fb / 0x080000, far: 0x1921fc / 0x080000 },
  { from: 0x1f6a7b / 0x080000, near: 0x12d97c / 0x040000, far: 0x12d97d / 0x040000 },
  { from: 0x15fdbd / 0x040000, near: 0x1921fb / 0x040000, far: 0x1921fc / 0x040000 },
] as const;

/** (sin(x) - x) / x^3 and (cos(x) - 1 + x^2 / 2) / x^4 as polynomials in x^2, lowest power first. */
const sineTerms = [
  -0.16666666666666632,
  0.00833333333332249,
  -0.0001984126982985795,
  0.0000027557313707070068,
  -2.5050760253406863e-8,
  1.58969099521155e-10,
] as const;
const cosineTerms = [
  0.0416666666666666,
  -0.001388888888887411,
  0.00002480158728947673,
  -2.7557314351390663e-7,
  2.087572321298175e-9,
  -1.1359647557788195e-11,
] as const;

/** Sine and cosine, each within an ulp, of radians in [0, 2 pi). @throws RangeError for any other number. */
export function sineCosine(angle: number): [sine: number, cosine: number] {
  if (!(angle >= 0 && angle < twoPi)) {
    throw new RangeError(`sineCosine: expected an angle in [0, 2 pi); found ${angle}`);
  }
  const n = multiples.findLastIndex(({ from }) => angle >= from);
  const [x, rest] = distance(angle, n);
  const [sine, cosine] = [sineNear0(x, rest), cosineNear0(x, rest)];
  if (n === 1) return [cosine, -sine];
  if (n === 2) return [-sine, -cosine];
  if (n === 3) return [-cosine, sine];
  return [sine, cosine];
}

/** `angle - n * pi / 2` as the sum of a number and of what its rounding lost. */
function distance(angle: number, n: number): [x: number, lost: number] {
  const { near, far } = multiples[n];
  const parts = angle >= near && angle < far ? 2 : 1;
  let [left, x, lost] = [angle, angle, 0];
  for (let i = 0; i < parts; i++) {
    const part = n * halfPi[i].part;
    const next = left - part;
    const rest = n * halfPi[i].rest - ((left - next) - part);
    x = next - rest;
    lost = (next - x) - rest;
    left = next;
  }
  return [x, lost];
}

/** sin(x + lost) for |x| of at most about pi / 4 and a `lost` below an ulp of x. */
function sineNear0(x: number, lost: number): number {
  const [s1, s2, s3, s4, s5, s6] = sineTerms;
  const z = x * x;
  const cube = z * x;
  const sum = s2 + z * (s3 + z * s4) + z * (z * z) * (s5 + z * s6);
  if (lost === 0) return x + cube * (s1 + z * sum);
  return x - ((z * (0.5 * lost - cube * sum) - lost) - cube * s1);
}

/** cos(x + lost) for |x| of at most about pi / 4 and a `lost` below an ulp of x. */
function cosineNear0(x: number, lost: number): number {
  const [c1, c2, c3, c4, c5, c6] = cosineTerms;
  const z = x * x;
  const square = z * z;
  const sum = z * (c1 + z * (c2 + z * c3)) + square * square * (c4 + z * (c5 + z * c6));
  const half = 0.5 * z;
  const most = 1 - half;
  return most + (((1 - most) - half) + (z * sum - x * lost));
}
