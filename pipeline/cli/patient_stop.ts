/** Lets work that is to end complete the step in progress first, which is then stored. */
import type { StoppedError } from "./stopped_error.ts";

/** Tells the steps of folds to whoever may end the work between two of them. */
export class PatientStop {
  #reason: StoppedError | null = null;
  #isStepping = false;
  /** The steps that this process has completed. */
  completed = 0;

  constructor(private readonly abort: (reason: StoppedError) => void) {}

  /** Ends the work after the step in progress; at once if there is none. */
  request(reason: StoppedError): void {
    this.#reason = reason;
    if (!this.#isStepping) this.abort(reason);
  }

  /** A fold begins. */
  stepsBegin(): void {
    this.#isStepping = true;
  }

  /** A step is stored. */
  stepEnds(): void {
    this.completed++;
    if (this.#reason !== null) this.abort(this.#reason);
  }

  /** A stage has ended. */
  stageEnds(): void {
    this.#isStepping = false;
    if (this.#reason !== null) this.abort(this.#reason);
  }
}
