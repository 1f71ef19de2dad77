/**
 * Powers and cosines that are rounded correctly to float64, as good libraries of C round them, by `+ - * /` alone: a
 * number is computed as the sum of two float64, which has some 106 bits.
 */

/** high + low; high is the sum, rounded. */
type Pair = readonly [high: number, low: number];

/** 2^27 + 1: splits a float64 into two halves whose products are exact. */
const SPLITTER = 134217729;
/** π/2 as the sum of three float64. */
const QUARTER_TURN = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33] as const;
/** The terms of a sine or cosine of at most π/4 that can be seen in 106 bits. */
const LAST_POWER = 29;

/** `base` to the power of a whole number that is not negative. */
export function power(base: number, exponent: number): number {
  let result: Pair = [1, 0];
  let square: Pair = [base, 0];
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result[0];
}

/** The cosine of an angle of at most some thousand turns, in radians. */
export function cosine(angle: number): number {
  const quarter = Math.round(angle / QUARTER_TURN[0]);
  const rest = QUARTER_TURN.reduce<Pair>((left, part) => add(left, product(-quarter, part)), [angle, 0]);
  const isSine = quarter % 2 !== 0;
  const square = multiply(rest, rest);
  let term: Pair = isSine ? rest : [1, 0];
  let sum = term;
  for (let n = isSine ? 3 : 2; n <= LAST_POWER; n += 2) {
    term = divide(multiply(term, square), -n * (n - 1));
    sum = add(sum, term);
  }
  // cos(r + q π/2) is cos r, -sin r, -cos r, sin r.
  const turned = ((quarter % 4) + 4) % 4;
  return turned === 1 || turned === 2 ? -sum[0] : sum[0];
}

/** The exact sum of two float64. */
function twoSum(a: number, b: number): Pair {
  const sum = a + b;
  const added = sum - a;
  return [sum, (a - (sum - added)) + (b - added)];
}

/** The exact product of two float64. */
function product(a: number, b: number): Pair {
  const high = a * b;
  const [[a1, a2], [b1, b2]] = [halves(a), halves(b)];
  return [high, a2 * b2 - (high - a1 * b1 - a2 * b1 - a1 * b2)];
}

function halves(a: number): Pair {
  const scaled = SPLITTER * a;
  const high = scaled - (scaled - a);
  return [high, a - high];
}

function add([a, a2]: Pair, [b, b2]: Pair): Pair {
  const [high, error] = twoSum(a, b);
  const [low, rest] = twoSum(a2, b2);
  const [sum, left] = twoSum(high, error + low);
  return twoSum(sum, left + rest);
}

function multiply([a, a2]: Pair, [b, b2]: Pair): Pair {
  const [high, low] = product(a, b);
  return twoSum(high, low + (a * b2 + a2 * b));
}

function divide([a, a2]: Pair, divisor: number): Pair {
  const quotient = a / divisor;
  const [high, low] = product(quotient, divisor);
  return twoSum(quotient, ((a - high) - low + a2) / divisor);
}
