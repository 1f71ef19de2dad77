/** The error of work that was stopped. */

/** The work was stopped by a signal, or because another run failed. */
export class StoppedError extends Error {
  override name = "StoppedError";
  constructor(message: string, readonly exitCode: number) {
    super(message);
  }
}
