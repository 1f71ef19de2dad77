/** What `run` says at its end of several runs beside each other. */
import { compareRuns, type FinishedRun } from "../compare/compare_runs.ts";
import { comparisonText } from "./compare_text.ts";
import { print } from "./terminal.ts";

/** Prints the figures of several runs in one table. */
export function tellComparison(runs: readonly FinishedRun[]): void {
  if (runs.length > 1) print(`\n${comparisonText(compareRuns(runs))}`);
}
