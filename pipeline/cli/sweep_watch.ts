/** What the first worker of a sweep does between trainings: plans the next rung, and shows what is known. */
import { type KnownCurve, planSweep, type SweepPlan, type SweepState, type SweepTask } from "../sweeps/plan_sweep.ts";
import type { SweepReport } from "../sweeps/sweep_report.ts";
import { unlessStoreFails } from "../engine/store/store_failure.ts";
import { notedTrials, readTrial } from "../sweeps/trial_notes.ts";
import { writeSweep } from "../sweeps/write_sweep.ts";
import type { OpenedSweep } from "./opened_sweep.ts";
import { rungLines, sweepTitle } from "./sweep_text.ts";
import { print } from "./terminal.ts";

/** The page is written again after this time, or ten times as long as it takes. Milliseconds. */
const LEAST_PERIOD = 2000;

/** Watches a sweep. */
export interface SweepWatch {
  /**
   * What to train next; `failed` are the trials that failed. Prints the rungs that are complete, unless it is
   * repeated by the successor of a process that has ended, and writes the page.
   */
  plan(failed: ReadonlyMap<number, string>, isRepeated: boolean): SweepTask[];
  /** Writes the page again, if it was not a moment ago. */
  show(): void;
  /** What is known, read again, and what it leads to. */
  look(): SweepPlan;
}

/** Loads all trials, so that a mistake in one of them is found before anything is trained. @throws ConfigError for one. */
export async function makeSweepWatch({ sweep, trials, context, folder, base }: OpenedSweep): Promise<SweepWatch> {
  const { choices: { quiet, json, results }, store } = context;
  const subjects = new Map<string, string>();
  const curves = new Map<string, KnownCurve>();
  for (const trial of sweep.trials.keys()) {
    for (const seed of sweep.seeds) subjects.set(nameOf(trial, seed), await trials.subject(trial, seed));
  }
  const state = (failed: ReadonlyMap<number, string>): SweepState => ({
    failed,
    curve: (trial, seed) => curves.get(nameOf(trial, seed)) ?? null,
  });
  let failedTrials: ReadonlyMap<number, string> = new Map();
  let planned: SweepPlan | null = null;
  let shown = 0;
  let period = LEAST_PERIOD;
  const told = new Set<string>();
  const isQuiet = quiet || json;

  /** Reads again what can have changed. */
  function look(): SweepPlan {
    const outstanding = planned?.tasks ??
      [...sweep.trials.keys()].flatMap((trial) => sweep.seeds.map((seed) => ({ trial, seed })));
    const noted = unlessStoreFails(() => notedTrials(store)) ?? new Set();
    for (const { trial, seed } of outstanding) {
      const name = nameOf(trial, seed);
      const subject = subjects.get(name)!;
      const found = noted.has(subject) ? readTrial(store, subject) : null;
      if (found !== null) curves.set(name, found);
    }
    return planSweep(sweep, state(failedTrials));
  }

  function write(report: SweepReport): void {
    const started = performance.now();
    writeSweep(folder, report, results);
    shown = performance.now();
    period = Math.max(LEAST_PERIOD, 10 * (shown - started));
  }

  return {
    plan(failed, isRepeated) {
      failedTrials = failed;
      const say = isQuiet || isRepeated ? () => {} : print;
      if (planned === null) say(sweepTitle(base.runName, sweep));
      planned = look();
      for (const line of rungLines(planned.report, told)) say(line);
      // A sweep with nothing left to do keeps its files: they are compared with what it concludes.
      if (planned.tasks.length > 0 || shown > 0) write(planned.report);
      return planned.tasks;
    },
    show() {
      if (performance.now() - shown > period) write(look().report);
    },
    look,
  };
}

function nameOf(trial: number, seed: number): string {
  return `${trial} ${seed}`;
}
