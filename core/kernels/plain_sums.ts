/** Sums in PyTorch's orders. `value` gives the terms; all sums start from 0 unless stated otherwise. */
import type { Precision } from "./plain_math.ts";

/** A term of a sum. */
type Term = (i: number) => number;

const LANES = 8;

/** Makes the sums of a precision. `kernels.ts` states the orders. */
export function makeSums({ round, fma }: Precision) {
  /** `Σ value(i)` for i below n, as PyTorch adds the rows of most columns. */
  function cascade(n: number, value: Term): number {
    const chunk = 1 << Math.max(4, Math.floor(bitLength(n - 1) / 4));
    const levels = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      levels[0] = round(levels[0] + value(i));
      // A full chunk of one level is a term of the next one.
      for (let level = 1, size = chunk; level < levels.length && (i + 1) % size === 0; level++, size *= chunk) {
        levels[level] = round(levels[level] + levels[level - 1]);
        levels[level - 1] = 0;
      }
    }
    return levels.reduce((sum, level) => round(sum + level));
  }

  /** The same in four interleaved cascades, for the last columns. */
  function fourWay(n: number, value: Term): number {
    const quarter = Math.floor(n / 4);
    const sums = [0, 1, 2, 3].map((j) => cascade(quarter, (i) => value(4 * i + j)));
    for (let i = 4 * quarter; i < n; i++) sums[0] = round(sums[0] + value(i));
    return sums.reduce((sum, part) => round(sum + part));
  }

  /** The same on eight lanes, for a vector: torch.sum. */
  function vectorSum(n: number, value: Term): number {
    if (n < LANES) return fourWay(n, value);
    const blocks = Math.floor(n / LANES);
    let sum = 0;
    for (let i = blocks * LANES; i < n; i++) sum = round(sum + value(i));
    for (let lane = 0; lane < LANES; lane++) sum = round(sum + fourWay(blocks, (i) => value(LANES * i + lane)));
    return sum;
  }

  /** Starts with the first terms; each later one is added onto its lane by `add`; the lanes are added in halves. */
  function lanes(n: number, first: Term, add: (sum: number, i: number) => number): number {
    const sums = Array.from({ length: LANES }, (_, lane) => first(lane));
    for (let i = LANES; i < n; i++) sums[i % LANES] = add(sums[i % LANES], i);
    for (let half = LANES / 2; half >= 1; half /= 2) {
      for (let lane = 0; lane < half; lane++) sums[lane] = round(sums[lane] + sums[lane + half]);
    }
    return sums[0];
  }

  function inOrder(n: number, value: Term): number {
    let sum = value(0);
    for (let i = 1; i < n; i++) sum = round(sum + value(i));
    return sum;
  }

  return {
    cascade,
    fourWay,
    vectorSum,
    /** The same on eight lanes, as softmax adds a row. */
    laneSum: (n: number, value: Term): number =>
      n < LANES ? inOrder(n, value) : lanes(n, value, (sum, i) => round(sum + value(i))),
    /** `Σ a(i) * b(i)` on eight lanes, as the gradient of softmax adds a row. */
    laneDot(n: number, a: Term, b: Term): number {
      const product = (i: number) => round(a(i) * b(i));
      return n < LANES ? inOrder(n, product) : lanes(n, product, (sum, i) => fma(a(i), b(i), sum));
    },
  };
}

/** The number of binary digits of a count: the logarithm to base 2 of n, rounded up, is `bitLength(n - 1)`. */
function bitLength(count: number): number {
  return 32 - Math.clz32(Math.max(count, 0));
}
