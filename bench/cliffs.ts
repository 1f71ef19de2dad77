/** Finds the shapes at which a kernel is much slower. Pure. */

/** A shape below this share of the value expected from its neighbours is a cliff. */
export const CLIFF = 0.5;

/**
 * The value expected from the neighbours of value `at` in a line: their geometric mean, which a steady rise or fall has;
 * at the end of the line the value before. Null for the first: small work is always slow.
 */
export function expectedFrom(line: readonly number[], at: number): number | null {
  if (at === 0) return null;
  return at === line.length - 1 ? line[at - 1] : Math.sqrt(line[at - 1] * line[at + 1]);
}

/** True if a value is below half of the value expected from its neighbours. */
export function isCliff(line: readonly number[], at: number): boolean {
  const expected = expectedFrom(line, at);
  return expected !== null && line[at] < CLIFF * expected;
}
