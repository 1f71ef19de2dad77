/** Whether a peer does the same job: it starts at the same weights and sees the same batches, so its losses are ours. */

/**
 * Losses may differ by this share. The peers' roundings make 0.3 % of it after three epochs of the wide net; a forgotten
 * bias or a wrong learning rate makes tens of percent.
 */
export const SAME_LOSS = 0.01;

/** The first epoch in which the losses are not those expected, up to a share, in words; null when it is the same curve. */
export function strangeEpoch(losses: readonly number[], expected: readonly number[], share = SAME_LOSS): string | null {
  const at = losses.findIndex((loss, epoch) => !(Math.abs(loss / expected[epoch] - 1) <= share));
  if (at >= 0) return `its loss of epoch ${at + 1} is ${losses[at]}, Retrace's is ${expected[at]}`;
  return losses.length === 0 ? "it printed no epoch" : null;
}
