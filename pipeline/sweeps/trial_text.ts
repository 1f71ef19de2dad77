/** Trials in words: their order, their figure, their values, and how far a sweep is. */
import { estimateText } from "../compare/comparison_table.ts";
import { paramText } from "../text/param_text.ts";
import type { SweepReport, Trial } from "./sweep_report.ts";

/** Longer values are cut where they are one of many. */
const MAX_VALUE = 60;

/** A trial's figure: "96.77 ± 0.04 %"; "–" as long as there is none. */
export function trialFigure({ mean, interval, values }: Trial, { metric }: Pick<SweepReport, "metric">): string {
  if (mean === null) return "–";
  const ends: [number, number] | null = interval === null ? null : [mean - interval, mean + interval];
  return estimateText({ n: values.length, mean, std: null, interval: ends }, metric);
}

/** A value of a parameter as text. */
export function valueText(value: unknown): string {
  const text = paramText(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

/** Everything about a trial in a line: "trial 3: lr 0.01, size 64 · 96.77 % · stopped after 3 epochs". */
export function trialTitle(trial: Trial, report: SweepReport): string {
  const values = report.parameters.map(({ path, title }) => `${title} ${valueText(trial.choices[path])}`);
  const place = trial.epochs > 0 ? `${trial.status} after ${epochsText(trial.epochs)}` : trial.status;
  return `trial ${trial.index}: ${[values.join(", "), trialFigure(trial, report), place].join(" · ")}`;
}

/** What a sweep searches, and how: "halving over lr, size; validation accuracy, maximized; seed 0; up to 27 epochs". */
export function searchText({ method, metric, parameters, seeds, epochs }: SweepReport): string {
  const over = parameters.map(({ title }) => title).join(", ");
  const trained = `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}; up to ${epochsText(epochs)}`;
  return `${method} over ${over}; ${metric.title}, ${metric.goal}d; ${trained}`;
}

/** "1 epoch", "27 epochs". */
export function epochsText(epochs: number): string {
  return `${epochs} ${epochs === 1 ? "epoch" : "epochs"}`;
}

/** The best trials first: those that were trained the longest, and of these the best; those that failed come last. */
export function bestFirst({ trials, metric: { goal }, winner }: SweepReport): Trial[] {
  const sign = goal === "maximize" ? -1 : 1;
  const score = ({ mean }: Trial) => mean === null ? Infinity : sign * mean;
  const compare = (a: number, b: number) => a === b ? 0 : a < b ? -1 : 1;
  return trials.toSorted((a, b) =>
    Number(b.index === winner?.trial) - Number(a.index === winner?.trial) ||
    Number(a.status === "failed") - Number(b.status === "failed") || b.epochs - a.epochs ||
    compare(score(a), score(b)) || a.index - b.index
  );
}

/** The trials that a rung has seen to its end. */
export function passedRung({ trials, brackets }: SweepReport, bracket: number, rung: number): number {
  const { epochs } = brackets[bracket].rungs[rung];
  const inside = trials.filter((trial) => trial.bracket === bracket && trial.rung >= rung);
  return inside.filter((trial) => trial.rung > rung || trial.epochs >= epochs || trial.status === "failed").length;
}

/** How far a sweep is: "in progress: rung 2 of 4, 13 of 27 trials", or "finished". */
export function progressText(report: SweepReport): string {
  const { brackets, trials, isFinished } = report;
  if (isFinished) return "finished";
  const isOpen = (trial: Trial) => ["waiting", "running"].includes(trial.status);
  const open = trials.find(({ status }) => status === "running") ?? trials.find(isOpen);
  if (open === undefined) return "in progress: the winner is being evaluated";
  const { bracket } = open;
  const { rungs } = brackets[bracket];
  const rung = trials.filter((trial) => trial.bracket === bracket).reduce((most, one) => Math.max(most, one.rung), 0);
  const place = rungs.length > 1 ? `rung ${rung + 1} of ${rungs.length}, ` : "";
  const which = brackets.length > 1 ? `bracket ${bracket + 1} of ${brackets.length}, ` : "";
  return `in progress: ${which}${place}${passedRung(report, bracket, rung)} of ${rungs[rung].trials} trials`;
}
