/** What can go wrong with a benchmark. */

/** A program that was to be timed did not do its work: there is nothing to time. */
export class UnfinishedError extends Error {
  override name = "UnfinishedError";
}
