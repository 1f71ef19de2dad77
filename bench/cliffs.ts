/** Finds the shapes at which a kernel falls off. Pure. */

/** A shape below this share of what its neighbours lead to expect is a cliff. */
export const CLIFF = 0.5;

/**
 * What the neighbours lead to expect of value `at` in a line: the geometric mean of both, so that a steady rise or fall
 * is as expected; at the end of the line what the one before has. Null for the first: small work is slow by nature.
 */
export function expectedFrom(line: readonly number[], at: number): number | null {
  if (at === 0) return null;
  return at === line.length - 1 ? line[at - 1] : Math.sqrt(line[at - 1] * line[at + 1]);
}

/** True where a value is below half of what its neighbours lead to expect. */
export function isCliff(line: readonly number[], at: number): boolean {
  const expected = expectedFrom(line, at);
  return expected !== null && line[at] < CLIFF * expected;
}
