/** Whether a peer does the same job: with the same weights and batches, its losses must be the same. */

/**
 * Losses may differ by this share. The peers' roundings make 0.3 % of it after three epochs of the wide net; a forgotten
 * bias or a wrong learning rate makes tens of percent.
 */
const SAME_LOSS = 0.01;

/** Describes the first epoch whose loss differs by more than the share; null if it is the same curve. */
export function strangeEpoch(losses: readonly number[], expected: readonly number[]): string | null {
  const at = losses.findIndex((loss, epoch) => !(Math.abs(loss / expected[epoch] - 1) <= SAME_LOSS));
  if (at >= 0) return `its loss of epoch ${at + 1} is ${losses[at]}, Retrace's is ${expected[at]}`;
  return losses.length === 0 ? "it printed no epoch" : null;
}
