/**
 * Plans a sweep: from the figures that are known, which trials go on, what has to be trained next, and which trial is the
 * best. Nothing else decides, so the order in which trials are trained, by how many processes and where, does not matter.
 */
import { estimate } from "../compare/statistics.ts";
import type { Bracket } from "../define/search.ts";
import type { CompleteSweep } from "./complete_sweep.ts";
import { bestFirst, MAX_REASON, type Rung, type SweepReport, type Trial } from "./sweep_report.ts";
import { epochsText } from "./trial_text.ts";
import { verdictOf } from "./verdict.ts";

/** The figure of a trial with one seed, as far as it was trained. */
export interface KnownCurve {
  /** After each epoch, epoch 0 first; null where it is not finite. */
  values: readonly (number | null)[];
  /** Whether it was trained to its last epoch, which can come early. */
  isEnded: boolean;
}

/** What is known of a sweep. */
export interface SweepState {
  /** Null for a trial that was never trained with this seed. */
  curve(trial: number, seed: number): KnownCurve | null;
  /** The trials that failed, and why. A later command tries them again. */
  failed: ReadonlyMap<number, string>;
}

/** Training that is needed: a trial, with a seed, up to and with an epoch; null for its last one. */
export interface SweepTask {
  trial: number;
  seed: number;
  epochs: number | null;
}

/** What to do next, and what is known. */
export interface SweepPlan {
  /** Of the best trials first. Each can be done by any process. */
  tasks: SweepTask[];
  report: SweepReport;
}

/** A trial at a rung. */
interface Entrant {
  trial: Trial;
  /** The mean over its seeds; null if the figure of one is not finite. */
  figure: number | null;
}

/** Plans the next rung of each bracket. */
export function planSweep(sweep: CompleteSweep, state: SweepState): SweepPlan {
  const { name, method, metric, parameters, seeds, epochs, brackets } = sweep;
  const trials = sweep.trials.map((choices, index): Trial => ({
    ...{ index, choices, bracket: 0, rung: 0, status: "waiting", epochs: 0, curve: [], values: [], reason: "" },
    ...{ mean: null, interval: null },
  }));
  const tasks = brackets.flatMap((bracket, i) => {
    for (const index of bracket.trials) trials[index].bracket = i;
    return tasksOf(bracket, trials, sweep, state);
  });
  for (const trial of trials) describe(trial, sweep, state);
  const trained = trials.flatMap(({ index }) =>
    seeds.map((seed) => Math.max(0, (state.curve(index, seed)?.values.length ?? 0) - 1))
  );
  const isFinished = tasks.length === 0;
  const [best] = ranked(trials.filter(({ status }) => status === "finished").map(toEntrant), metric);
  const report: SweepReport = {
    ...{ name, method, metric, parameters, seeds, epochs, trials, isFinished },
    brackets: brackets.map((bracket) => ({ rungs: rungsOf(bracket, epochs) })),
    trained: trained.reduce((sum, own) => sum + own, 0),
    // Without rungs, a trial can have more epochs than the experiment.
    ofAll: trained.reduce((sum, own) => sum + Math.max(epochs, own), 0),
    winner: null,
  };
  if (best !== undefined) {
    const valuesAt = (trial: number, epoch: number) => {
      const values = seeds.map((seed) => valueAt(state.curve(trial, seed), epoch));
      return values.includes(null) ? null : values as number[];
    };
    const verdict = verdictOf(report, best.trial, valuesAt);
    report.winner = { trial: best.trial.index, runs: [], test: null, verdict };
  }
  return { tasks, report };
}

/** Follows a bracket from rung to rung, to the first one at which something has to be trained. */
function tasksOf(bracket: Bracket, trials: readonly Trial[], sweep: CompleteSweep, state: SweepState): SweepTask[] {
  let entered = bracket.trials.map((index) => trials[index]);
  for (const [rung, { epochs, keeps }] of bracket.rungs.entries()) {
    for (const trial of entered) trial.rung = rung;
    const able = entered.filter((trial) => {
      const message = state.failed.get(trial.index);
      if (message !== undefined) fail(trial, message);
      return message === undefined;
    });
    const tasks = able.flatMap(({ index: trial }) =>
      sweep.seeds.filter((seed) => !isTrained(state.curve(trial, seed), epochs)).map((seed) => ({
        trial,
        seed,
        epochs,
      }))
    );
    if (tasks.length > 0) return tasks;
    const entrants = able.map((trial) => ({ trial, figure: figureAt(trial.index, epochs, sweep, state) }));
    const order = ranked(entrants, sweep.metric);
    for (const { trial } of entrants.filter(({ figure }) => figure === null)) {
      fail(trial, `its ${sweep.metric.title} is not a finite number`);
    }
    const isLast = rung === bracket.rungs.length - 1;
    order.forEach(({ trial }, place) => {
      if (isLast) trial.status = "finished";
      else if (place >= keeps) stop(trial, place, order.length, epochs!, keeps);
    });
    entered = order.slice(0, keeps).map(({ trial }) => trial);
  }
  return [];
}

function isTrained(curve: KnownCurve | null, epochs: number | null): boolean {
  if (curve === null) return false;
  return curve.isEnded || (epochs !== null && curve.values.length > epochs);
}

/** Best first; of equal ones, the one that was drawn first. Those without a finite figure are left out. */
function ranked(entrants: readonly Entrant[], metric: SweepReport["metric"]): Entrant[] {
  const order = bestFirst(metric);
  return entrants.filter(({ figure }) => figure !== null)
    .sort((a, b) => order(a.figure!, b.figure!) || a.trial.index - b.trial.index);
}

function toEntrant(trial: Trial): Entrant {
  return { trial, figure: trial.mean };
}

/** The mean figure of a trial after an epoch (null: its last); of a seed that ended before, its last one. */
function figureAt(trial: number, epochs: number | null, { seeds }: CompleteSweep, state: SweepState): number | null {
  const values = seeds.map((seed) => valueAt(state.curve(trial, seed), epochs));
  return values.includes(null) ? null : estimate(values as number[])!.mean;
}

function valueAt(curve: KnownCurve | null, epochs: number | null): number | null {
  return (epochs === null ? curve?.values.at(-1) : curve?.values[epochs] ?? curve?.values.at(-1)) ?? null;
}

function fail(trial: Trial, reason: string): void {
  trial.status = "failed";
  trial.reason = reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON - 1)}…` : reason;
}

function stop(trial: Trial, place: number, of: number, epochs: number, keeps: number): void {
  trial.status = "stopped";
  const go = keeps === 1 ? "the best one goes" : `the best ${keeps} go`;
  trial.reason = `${place + 1}${ordinal(place + 1)} of ${of} after ${epochsText(epochs)}; ${go} on`;
}

function ordinal(place: number): string {
  return place % 100 >= 11 && place % 100 <= 13 ? "th" : ["th", "st", "nd", "rd"][place % 10] ?? "th";
}

/** Fills in what is known of a trial's figure: where it was trained further by another sweep, up to its own rung. */
function describe(trial: Trial, sweep: CompleteSweep, state: SweepState): void {
  const { seeds, brackets } = sweep;
  const own = seeds.map((seed) => state.curve(trial.index, seed)?.values ?? []);
  const { epochs } = brackets[trial.bracket].rungs[trial.rung];
  const length = Math.min(...own.map(({ length }) => length), epochs === null ? Infinity : epochs + 1);
  trial.epochs = Math.max(0, length - 1);
  trial.curve = Array.from({ length }, (_, epoch) => figureAt(trial.index, epoch, sweep, state));
  trial.values = own.map((values) => values[Math.min(values.length, length) - 1] ?? null);
  const known = estimate(trial.values.filter((value) => value !== null));
  if (known !== null && !trial.values.includes(null)) {
    trial.mean = known.mean;
    trial.interval = known.interval === null ? null : known.interval[1] - known.mean;
  }
}

function rungsOf({ trials, rungs }: Bracket, last: number): Rung[] {
  return rungs.map(({ epochs, keeps }, i) => ({
    epochs: epochs ?? last,
    trials: i === 0 ? trials.length : rungs[i - 1].keeps,
    keeps,
  }));
}
