/** What a sweep has found so far, as plain data: the table, `--json`, the page and `sweep status` are made of it. */
import type { Plain } from "../engine/store/digest.ts";
import type { FigureForm } from "../define/figure.ts";

/** The most characters of a reason; the rest of an error is on the terminal. */
export const MAX_REASON = 1000;

/** A sweep and its trials. */
export interface SweepReport {
  /** The experiment's name. */
  name: string;
  /** The name of the search: "halving". */
  method: string;
  /** The figure that trials are ranked by. */
  metric: { name: string; title: string; form: FigureForm; goal: "maximize" | "minimize" };
  /** What varies: a range of numbers, or values. */
  parameters: SweptParameter[];
  /** Each trial is trained once with each of them; its figure is the mean. */
  seeds: number[];
  /** The epochs of a trial that is never stopped. */
  epochs: number;
  /** Trials compete within their bracket. A search without rungs has one bracket with one rung. */
  brackets: { rungs: Rung[] }[];
  /** In the order in which they were drawn. */
  trials: Trial[];
  /** Epochs of training that were needed, over all trials and seeds; and if every trial were trained to the end. */
  trained: number;
  ofAll: number;
  /** The trial with the best figure of those that were trained to the end; null as long as there is none. */
  winner: Winner | null;
  /** Whether every trial has ended. */
  isFinished: boolean;
}

/** A parameter that varies. */
export interface SweptParameter {
  /** "train.optimizer.lr" */
  path: string;
  /** The shortest end of the path that names it alone: "lr". */
  title: string;
  /** For a parameter with a range; null for one with values. */
  range: { min: number; max: number; scale: "linear" | "log" } | null;
  /** For a parameter with values, as they are given; null for one with a range. */
  values: Plain[] | null;
}

/** A rung: its trials are trained to this epoch, and the best `keeps` go on to the next one. */
export interface Rung {
  epochs: number;
  /** The trials that enter it. */
  trials: number;
  keeps: number;
}

/** Where a trial stands. "stopped": others were better at its last rung; "failed": it ended with an error, or diverged. */
export type TrialStatus = "waiting" | "stopped" | "finished" | "failed";

/** A trial: the values of the parameters, and what training with them came to. */
export interface Trial {
  /** Its number, from 0. */
  index: number;
  bracket: number;
  /** The last rung, from 0, that it entered. */
  rung: number;
  choices: Record<string, Plain>;
  status: TrialStatus;
  /** The epochs that all of its seeds have been trained for. */
  epochs: number;
  /** The figure after each epoch, epoch 0 (untrained) first, the mean over the seeds; null where it is not finite. */
  curve: (number | null)[];
  /** The figure after its last epoch, of each seed; null where it is not known or not finite. */
  values: (number | null)[];
  /** Their mean, and the half width of its 95 % confidence interval; null for less than two seeds. */
  mean: number | null;
  interval: number | null;
  /** Why it was stopped, or failed: "12th of 27 after 1 epoch; the best 9 go on". Empty otherwise. */
  reason: string;
}

/** The best trial. */
export interface Winner {
  trial: number;
  /** The names of its runs, which have results: one per seed. */
  runs: string[];
  /** Test figures, computed once, for the winner alone: their names and the mean over seeds. Null: not yet. */
  test: { title: string; text: string }[] | null;
  /** Whether it is better than the second best trial: "better than trial 3 (p = .01 of a paired t test)". */
  verdict: string;
}

/** Compares figures: the better one comes first. */
export function bestFirst({ goal }: Pick<SweepReport["metric"], "goal">): (a: number, b: number) => number {
  return goal === "maximize" ? (a, b) => b - a : (a, b) => a - b;
}

/** All trials: those that were trained to the end first, then those trained further, of these the best; failed ones last. */
export function trialsBestFirst({ trials, metric }: Pick<SweepReport, "trials" | "metric">): Trial[] {
  const order = bestFirst(metric);
  const isFailed = ({ status }: Trial) => Number(status === "failed");
  const isFinished = ({ status }: Trial) => Number(status === "finished");
  const isUnknown = ({ mean }: Trial) => Number(mean === null);
  return trials.toSorted((a, b) =>
    isFailed(a) - isFailed(b) || isUnknown(a) - isUnknown(b) || isFinished(b) - isFinished(a) || b.epochs - a.epochs ||
    order(a.mean ?? 0, b.mean ?? 0) || a.index - b.index
  );
}

/** Whether nothing is left to do, so that the report stays as it is. */
export function isConcluded({ isFinished, winner }: SweepReport): boolean {
  return isFinished && (winner === null || winner.test !== null);
}
