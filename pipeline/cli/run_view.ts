/** What `run` reports during a run: a line per stage, and the progress of the stage in progress. */
import type { LockOwner } from "../engine/store/lock.ts";
import type { RunEvents } from "../engine/run/run_options.ts";
import type { Location } from "./failure.ts";
import type { ProgressReport } from "./protocol.ts";
import { stageLine } from "./stage_text.ts";
import { print, printError, yellow } from "./terminal.ts";
import { ownerText } from "./wait_text.ts";

/** Events that print to the terminal. */
export interface RunView extends RunEvents {
  /** Another process is writing the run's results; this one waits for it. */
  resultsWait(owner: LockOwner | null): void;
  /** The results are being written. */
  resultsStart(): void;
  /** The stage that failed, if one did. */
  failed(): Location["stage"];
}

/** The least time between two reports of progress. Milliseconds. */
const REPORT_PERIOD = 100;

/** Makes the events of a run: progress goes to `report`, a line per stage is printed if `lines`, warnings in any case. */
export function makeRunView(run: string, lines: boolean, report: (progress: ProgressReport | null) => void): RunView {
  // Folds that advance together share the bar of the first.
  let owner: string | null = null;
  let reported = 0;
  let isShown = false;
  let failed: Location["stage"];
  const printWait = (what: string, other: LockOwner | null, action: string) => {
    const text = ownerText(other, action);
    if (lines) print(`  ${what.padEnd(10)} ${yellow("wait")}  ${text}`);
    // The lines of several runs are printed when each has ended; what it waits for shows at once.
    show({ run, stage: what, done: 0, total: null, unit: "steps", note: `waits: ${text}` });
  };
  const show = (progress: ProgressReport | null) => {
    if (progress !== null || isShown) report(progress);
    isShown = progress !== null;
  };
  const end = () => {
    show(null);
    owner = null;
    reported = 0;
  };
  return {
    failed: () => failed,
    resultsWait: (other) => printWait("results", other, "writing them"),
    storeWaits: (other) => printWait("cache", other, "cleaning it up"),
    stageWaits: ({ name }, other) => printWait(name, other, "computing it"),
    stageStarts({ name, progressIn = "steps" }) {
      owner ??= name;
      if (name === owner) show({ run, stage: name, done: 0, total: null, unit: progressIn, note: "" });
    },
    resultsStart: () =>
      show({ run, stage: "results", done: 0, total: null, unit: "steps", note: "pictures and pages" }),
    progress({ name, progressIn = "steps" }, done, total, note = "") {
      if (name !== owner || performance.now() - reported < REPORT_PERIOD) return;
      reported = performance.now();
      show({ run, stage: name, done, total, unit: progressIn, note });
    },
    stageEnds(result) {
      if (result.stage === owner || owner === null) end();
      if (lines) print(stageLine(result));
    },
    stageFails({ name }, params) {
      end();
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
