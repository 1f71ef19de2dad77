/** Errors of benchmarks. */

/** A program to be timed failed, so there is nothing to time. */
export class UnfinishedError extends Error {
  override name = "UnfinishedError";
}
