/** What `run` prints during a run: a line per stage, and a bar for the stage in progress. */
import type { LockOwner } from "../engine/store/lock.ts";
import type { RunEvents } from "../engine/run/run_options.ts";
import { timeText } from "../text/numbers.ts";
import type { Location } from "./failure.ts";
import { makeProgressBar, type ProgressBar } from "./progress_bar.ts";
import { stageLine } from "./stage_text.ts";
import { print, printError, yellow } from "./terminal.ts";

/** Events that print to the terminal. */
export interface RunView extends RunEvents {
  /** Another process is writing the run's results; this one waits for it. */
  resultsWait(owner: LockOwner | null): void;
  /** The stage that failed, if one did. */
  failed(): Location["stage"];
}

/** Makes the events of a run. Warnings are printed in any case. */
export function makeRunView({ lines, bars }: { lines: boolean; bars: boolean }): RunView {
  // Folds that advance together share the bar of the first.
  let owner: string | null = null;
  let bar: ProgressBar | null = null;
  let failed: Location["stage"];
  const printWait = (what: string, other: LockOwner | null, action: string) => {
    if (lines) print(`  ${what.padEnd(10)} ${yellow("wait")}  ${ownerText(other, action)}`);
  };
  return {
    failed: () => failed,
    resultsWait: (other) => printWait("results", other, "writing them"),
    stageWaits: ({ name }, other) => printWait(name, other, "computing it"),
    async stageStarts({ name, progressIn }) {
      if (!bars || owner !== null) return;
      owner = name;
      bar = await makeProgressBar(name, progressIn);
    },
    progress({ name }, ...values) {
      if (name === owner) bar?.update(...values);
    },
    stageEnds(result) {
      bar?.clear();
      if (result.stage === owner) owner = bar = null;
      if (lines) print(stageLine(result));
    },
    stageFails({ name }, params) {
      bar?.clear();
      owner = bar = null;
      failed = { name, params };
    },
    differs({ name }, output) {
      printError(
        `Warning: ${name} was forced to run and produced other bytes for "${output}" than the stored ones. The same ` +
          "inputs must give the same bytes, so something in the stage depends on more than its inputs.",
      );
    },
  };
}

/** Which run holds the lock that this one waits for. */
function ownerText(owner: LockOwner | null, action: string): string {
  if (owner === null) return `another run is ${action}`;
  const { by, pid, host, since } = owner;
  const where = host === "" ? "" : ` on ${host}`;
  return `${by === "" ? "another run" : by} is ${action}: process ${pid}${where}, since ${timeText(since)}`;
}
