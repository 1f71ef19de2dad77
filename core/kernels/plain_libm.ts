/** expf and erff of the C library glibc 2.36, which PyTorch calls for the last elements of a tensor. */
const f32 = Math.fround;

/** 2^(i / 32). */
// deno-fmt-ignore
const ROOTS = [
  1, 1.0218971486541166, 1.0442737824274138, 1.0671404006768237, 1.0905077326652577, 1.1143867425958924,
  1.1387886347566916, 1.1637248587775775, 1.189207115002721, 1.215247359980469, 1.241857812073484, 1.2690509571917332,
  1.2968395546510096, 1.3252366431597413, 1.3542555469368927, 1.383909881963832, 1.4142135623730951, 1.4451808069770467,
  1.4768261459394993, 1.5091644275934228, 1.5422108254079407, 1.5759808451078865, 1.6104903319492543, 1.645755478153965,
  1.681792830507429, 1.718619298122478, 1.7562521603732995, 1.7947090750031072, 1.8340080864093424, 1.8741676341103,
  1.9152065613971474, 1.9571441241754002,
];
const LOG2_E = 1.4426950408889634;
/** 2^(r / 32) - 1 = r * (a2 + r * (a1 + r * a0)) for |r| <= 1/2. */
const EXP_TERMS = [0.05550361559341535 / 32 / 32 / 32, 0.2402284522445722 / 32 / 32, 0.6931471806916203 / 32];
/** Adding and subtracting 1.5 * 2^52 rounds to the nearest integer (ties to even). */
const ROUNDER = 6755399441055744;
/** Beyond, e^x is infinite or 0. */
const [EXP_LARGEST, EXP_SMALLEST] = [f32(88.72283), f32(-103.972076)];

/** The library fuses products and sums, which changes the results of two numbers. */
const FUSED: ReadonlyMap<number, number> = new Map([
  [32.564632415771484, 138880149880832.0],
  [-63.09946060180664, 3.946866735154823e-28],
]);

/** 2^n, for -1022 <= n <= 1023. */
function powerOfTwo(n: number): number {
  const value = new DataView(new ArrayBuffer(8));
  value.setInt32(0, (n + 1023) << 20);
  return value.getFloat64(0);
}

/** e^x of a float32: in float64, rounded to float32 once. */
export function libmExp(x: number): number {
  if (x !== x) return x;
  if (x > EXP_LARGEST) return Infinity;
  if (x < EXP_SMALLEST) return 0;
  if (FUSED.has(x)) return FUSED.get(x)!;
  const z = x * (LOG2_E * 32);
  const k = (z + ROUNDER) - ROUNDER;
  const r = z - k;
  const scale = ROOTS[k & 31] * powerOfTwo(k >> 5);
  return f32(((EXP_TERMS[0] * r + EXP_TERMS[1]) * (r * r) + (EXP_TERMS[2] * r + 1)) * scale);
}

/** The coefficients of a fraction of two polynomials, the lowest power first. */
interface Fraction {
  above: readonly number[];
  /** Without the first one, 1. */
  below: readonly number[];
}

const EFX = 1.2837916613e-01;
const SMALL = fraction(
  [EFX, -3.2504209876e-01, -2.8481749818e-02, -5.7702702470e-03, -2.3763017452e-05],
  [3.9791721106e-01, 6.5022252500e-02, 5.0813062117e-03, 1.3249473704e-04, -3.9602282413e-06],
);
// deno-fmt-ignore
const MIDDLE = fraction(
  [-2.3621185683e-03, 4.1485610604e-01, -3.7220788002e-01, 3.1834661961e-01, -1.1089469492e-01, 3.5478305072e-02,
    -2.1663755178e-03],
  [1.0642088205e-01, 5.4039794207e-01, 7.1828655899e-02, 1.2617121637e-01, 1.3637083583e-02, 1.1984500103e-02],
);
// deno-fmt-ignore
const LARGE = fraction(
  [-9.8649440333e-03, -6.9385856390e-01, -1.0558626175e+01, -6.2375331879e+01, -1.6239666748e+02, -1.8460508728e+02,
    -8.1287437439e+01, -9.8143291473e+00],
  [1.9651271820e+01, 1.3765776062e+02, 4.3456588745e+02, 6.4538726807e+02, 4.2900814819e+02, 1.0863500214e+02,
    6.5702495575e+00, -6.0424413532e-02],
);
// deno-fmt-ignore
const LARGEST = fraction(
  [-9.8649431020e-03, -7.9928326607e-01, -1.7757955551e+01, -1.6063638306e+02, -6.3756646729e+02, -1.0250950928e+03,
    -4.8351919556e+02],
  [3.0338060379e+01, 3.2579251099e+02, 1.5367296143e+03, 3.1998581543e+03, 2.5530502930e+03, 4.7452853394e+02,
    -2.2440952301e+01],
);

function fraction(above: readonly number[], below: readonly number[]): Fraction {
  return { above: above.map(f32), below: [1, ...below.map(f32)] };
}

/** A fraction at x, by Horner's rule, with every product and sum rounded. */
function valueAt({ above, below }: Fraction, x: number): number {
  const [numerator, denominator] = [above, below].map((terms) =>
    terms.reduceRight((sum, term) => f32(term + f32(x * sum)))
  );
  return f32(numerator / denominator);
}

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** x with the last 12 bits 0, so that its square is exact. */
function truncated(x: number): number {
  float[0] = x;
  bits[0] &= -4096;
  return float[0];
}

/** 2^-119 and 2^-28: below, erf x is x + x * EFX; far below, computed so that nothing is rounded as a denormal number. */
const [SMALLEST, TINY] = [1.504632769052528e-36, 3.725290298461914e-9];

/** erf x of a float32. */
export function libmErf(x: number): number {
  if (x !== x) return x;
  const size = Math.abs(x);
  const efx = f32(EFX);
  if (size < SMALLEST) return f32(0.0625 * f32(f32(16 * x) + f32(f32(16 * efx) * x)));
  if (size < TINY) return f32(x + f32(efx * x));
  if (size < 0.84375) return f32(x + f32(x * valueAt(SMALL, f32(x * x))));
  return Math.sign(x) * (size < 1.25 ? f32(f32(8.4506291151e-01) + valueAt(MIDDLE, f32(size - 1))) : erfOfLarge(size));
}

/** erf x for x >= 1.25, as 1 - e^(-x² - 0.5625 + …) / x. */
function erfOfLarge(x: number): number {
  if (x >= 6) return 1;
  const inverse = f32(1 / f32(x * x));
  // 1 / 0.35, by the bits that the C library compares.
  const rest = valueAt(x < f32(2.857142925262451) ? LARGE : LARGEST, inverse);
  const high = truncated(x);
  const first = libmExp(f32(f32(-high * high) - 0.5625));
  return f32(1 - f32(f32(first * libmExp(f32(f32(f32(high - x) * f32(high + x)) + rest))) / x));
}
