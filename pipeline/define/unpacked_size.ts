/**
 * The most bytes that a packed file of this size may unpack to: 64 MiB, and 100 times its size beyond that. MNIST's files
 * unpack to 6 times theirs, a zip bomb to 1000 times.
 */
export function mostUnpacked(size: number): number {
  return 2 ** 26 + 100 * size;
}
