/** The mean and the unbiased standard deviation (divided by n − 1, like torch.std) of a dataset, added up in an order that depends only on its size. */
const TWO_TO_128 = 340282366920938463463374607431768211456;

/** The values of a byte. */
const VALUES = 256;

/**
 * The moments of bytes, in pieces, divided by the integer `divisor`. The sums are integers, so the only roundings are
 * those of mean = S₁ / (n·d) and variance = (n·S₂ − S₁²) / (n·(n − 1)·d²).
 */
export function measureBytes(pieces: Iterable<Uint8Array>, divisor: number): { mean: number; std: number } {
  const counts = countsOf(pieces);
  let [length, sum, sumOfSquares] = [0, 0, 0];
  for (let value = 0; value < VALUES; value++) {
    length += counts[value];
    sum += counts[value] * value;
    sumOfSquares += counts[value] * value * value;
  }
  const [n, s1, s2, d] = [length, sum, sumOfSquares, divisor].map(BigInt);
  const variance = ratio(n * s2 - s1 * s1, n * (n - 1n) * d * d);
  return { mean: sum / (length * divisor), std: Math.sqrt(variance) };
}

/** How often each value occurs. Four counters in turn: most bytes are equal, and adding to one has to wait for the last. */
function countsOf(pieces: Iterable<Uint8Array>): Float64Array {
  const total = new Float64Array(VALUES);
  for (const piece of pieces) {
    const counts = new Uint32Array(4 * VALUES);
    for (let i = 0; i < piece.length; i++) counts[(i & 3) << 8 | piece[i]]++;
    counts.forEach((count, i) => total[i % VALUES] += count);
  }
  return total;
}

/**
 * The moments of each column of a matrix of floats, in ascending order in float64: first the means, then the squared
 * distances from them. `pieces` gives all rows, one after the other, each time that it is called.
 */
export function measureColumns(
  pieces: () => Iterable<Float32Array>,
  columns: number,
): { mean: number[]; std: number[] } {
  const [sums, squares] = [new Float64Array(columns), new Float64Array(columns)];
  let length = 0;
  for (const values of pieces()) {
    for (let i = 0, column = length % columns; i < values.length; i++) {
      sums[column] += values[i];
      if (++column === columns) column = 0;
    }
    length += values.length;
  }
  const rows = length / columns;
  const mean = Array.from(sums, (sum) => sum / rows);
  let column = 0;
  for (const values of pieces()) {
    for (let i = 0; i < values.length; i++) {
      const distance = values[i] - mean[column];
      squares[column] += distance * distance;
      if (++column === columns) column = 0;
    }
  }
  return { mean, std: Array.from(squares, (sum) => Math.sqrt(sum / (rows - 1))) };
}

/** a / b for integers, with 128 fractional bits before it is rounded once; 0 if b is 0. */
function ratio(a: bigint, b: bigint): number {
  return b === 0n ? 0 : Number((a << 128n) / b) / TWO_TO_128;
}
