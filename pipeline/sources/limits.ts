/** How much a source takes from a file that it does not know yet. */

/** The kernels' memory is 4 GiB: a larger file could not be trained on. */
export const MOST_FILE_BYTES = 2 ** 32;
/** Gzip files may unpack to this much, however small they are. */
const FREE_BYTES = 2 ** 26;
/** Beyond that, to this many times their size. MNIST's files unpack to 6 times theirs; a bomb to 1000 times. */
const MOST_EXPANSION = 100;

/** How long the content of a gzip file of `packed` bytes may be. */
export function mostUnpacked(packed: number): number {
  return Math.min(MOST_FILE_BYTES, FREE_BYTES + MOST_EXPANSION * packed);
}
