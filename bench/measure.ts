/** Times and their summary: the fastest, the median, the slowest, and their number. */

/** The result of repeated measurements, in their unit. */
export interface Spread {
  min: number;
  median: number;
  max: number;
  runs: number;
}

/** The median of the values; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Smallest, middle and largest of the values. @throws RangeError if there are none. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("A spread needs at least one measurement; there is none.");
  return { min: Math.min(...values), median: median(values), max: Math.max(...values), runs: values.length };
}

/** A spread in another unit: `scaled(seconds, 1000)` is in milliseconds. */
export function scaled({ min, median, max, runs }: Spread, factor: number): Spread {
  return { min: min * factor, median: median * factor, max: max * factor, runs };
}

/** The seconds that `work` takes. */
export function secondsOf(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

/** The seconds that `work` takes, one call per run, after warm-up calls. */
export function repeated(work: () => void, { runs, warmups = 1 }: { runs: number; warmups?: number }): Spread {
  for (let i = 0; i < warmups; i++) work();
  return spreadOf(Array.from({ length: runs }, () => secondsOf(work)));
}

/**
 * The seconds of one short call. A run makes as many calls as take `enough` seconds, without reading the clock in
 * between, which would cost more than some of them.
 */
export function repeatedShort(work: () => void, { runs, enough }: { runs: number; enough: number }): Spread {
  const batchOf = (calls: number) =>
    secondsOf(() => {
      for (let i = 0; i < calls; i++) work();
    });
  let calls = 1;
  while (batchOf(calls) < enough) calls *= 2;
  return spreadOf(Array.from({ length: runs }, () => batchOf(calls) / calls));
}

/**
 * Measures several subjects alternately, A B C A B C …, so a machine that gets slower does so for all of them. Returns
 * the results of `measure`, one list per subject.
 */
export function inTurn<Subject, Measured>(
  subjects: readonly Subject[],
  rounds: number,
  measure: (subject: Subject, round: number) => Measured,
): Map<Subject, Measured[]> {
  const measured = new Map<Subject, Measured[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) measured.get(subject)!.push(measure(subject, round));
  }
  return measured;
}
