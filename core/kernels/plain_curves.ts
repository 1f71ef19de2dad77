/** tanh x and erf x in float32 as torch.tanh and gelu compute them: tanhf and erff of Sleef 3.5, about 1 ulp from exact. */
import { fma } from "./plain_fma.ts";
import {
  add,
  addFloat,
  addSmaller,
  divide,
  multiply,
  multiplyFloat,
  negative,
  onePlus,
  type Pair,
  reciprocal,
  square,
} from "./plain_pairs.ts";
import { LN2_HIGH, LN2_LOW, LOG2_E, polynomial, roundToInteger, timesPowerOfTwo } from "./plain_float.ts";

const f32 = Math.fround;

const EXP_TERMS = [0.1980960224e-3, 0.1394256484e-2, 0.8333456703e-2, 0.4166637361e-1].map(f32);
/** From here on, tanh x is 1 in float32, and erf x too. */
const [TANH_IS_ONE, ERF_IS_ONE] = [f32(8.664339742), 4];

/** e^x of a pair that is neither large nor NaN, as a pair. */
function expPair(x: Pair): Pair {
  const n = roundToInteger(f32(f32(x[0] + x[1]) * LOG2_E));
  const r = addFloat(addFloat(x, f32(n * -LN2_HIGH)), f32(n * -LN2_LOW));
  let t = addFloat(multiplyFloat(r, polynomial(EXP_TERMS, r[0])), f32(0.166666659414234244790680580464));
  t = addFloat(multiply(r, t), 0.5);
  t = onePlus(add(r, multiply(square(r), t)));
  return [timesPowerOfTwo(t[0], n), timesPowerOfTwo(t[1], n)];
}

/** tanh x of a float32: (e^x - e^-x) / (e^x + e^-x) in pairs. */
export function tanhF32(x: number): number {
  if (x !== x) return x;
  const size = Math.abs(x);
  if (size > TANH_IS_ONE) return Math.sign(x);
  const e = expPair([size, 0]);
  const inverse = reciprocal(e);
  const [high, low] = divide(addSmaller(e, negative(inverse)), addSmaller(e, inverse));
  return withSign(f32(high + low), x);
}

/** A polynomial in x² below 1.1, whose last terms are pairs, and e to a polynomial in x from there to 2.4 and from there to 4. */
interface ErfPart {
  below: number;
  terms: readonly number[];
  pairs: readonly Pair[];
}

const ERF_PARTS: readonly ErfPart[] = [
  part(
    1.1,
    [0.7089292194e-4, -0.7768311189e-3, 0.5159463733e-2, -0.2683781274e-1, 0.1128318012],
    [-0.376125876000657465175213237214, 0.112837916021059138255978217023e+1],
  ),
  part(
    2.4,
    [-0.1792667899e-4, 0.3937633010e-3, -0.3949181177e-2, 0.2445474640e-1, -0.1070996150],
    [-0.634588905908410389971210809210, -0.112879855826694507209862753992e+1],
  ),
  part(
    ERF_IS_ONE,
    [-0.9495757695e-5, 0.2481465926e-3, -0.2918176819e-2, 0.2059706673e-1, -0.9901899844e-1],
    [-0.643598050547891613081201721633, -0.112461487742845562801052956293e+1],
  ),
];

function part(below: number, terms: readonly number[], pairs: readonly number[]): ErfPart {
  return {
    below: f32(below),
    terms: terms.map(f32),
    pairs: pairs.map((value): Pair => [f32(value), f32(value - f32(value))]),
  };
}

/** erf x of a float32. */
export function erfF32(x: number): number {
  if (x !== x) return x;
  const size = Math.abs(x);
  const found = ERF_PARTS.find(({ below }) => size < below);
  if (found === undefined) return Math.sign(x);
  const { terms, pairs } = found;
  const isFirst = found === ERF_PARTS[0];
  const u = isFirst ? f32(size * size) : size;
  const rest = polynomial(terms, u);
  const product = f32(rest * u);
  let d: Pair = [product, fma(rest, u, -product)];
  d = multiplyFloat(add(d, pairs[0]), u);
  d = multiplyFloat(add(d, pairs[1]), size);
  const [high, low] = isFirst ? d : onePlus(negative(expPair(d)));
  return withSign(f32(high + low), x);
}

function withSign(size: number, x: number): number {
  return x < 0 || Object.is(x, -0) ? -size : size;
}
