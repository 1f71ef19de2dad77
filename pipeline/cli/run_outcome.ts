/** The outcome of a run, as plain data. */
import type { StoredRun } from "../compare/compare_runs.ts";

/** The outcome of a run. */
export interface RunOutcome {
  /** Its figures; null if it failed. */
  finished: StoredRun | null;
  exitCode: number;
  /** Whether it is known to need no work next time. */
  isKnown: boolean;
}
