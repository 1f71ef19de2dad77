/** A sweep and its trials in words: what is searched, how far it is, a trial's figure and its values. */
import { estimateText } from "../compare/comparison_table.ts";
import { paramText } from "../text/param_text.ts";
import { isConcluded, type SweepReport, type Trial } from "./sweep_report.ts";

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

/** How many trials have come to the end of a rung. */
export function passedRung({ trials, brackets }: SweepReport, bracket: number, rung: number): number {
  const { epochs } = brackets[bracket].rungs[rung];
  return trials.filter((trial) =>
    trial.bracket === bracket &&
    (trial.rung > rung || (trial.rung === rung && (!isOpen(trial) || trial.epochs >= epochs)))
  ).length;
}

/** How far a sweep is: "in progress: rung 2 of 4, 13 of 27 trials", or "finished". */
export function progressText(report: SweepReport): string {
  const { brackets, trials } = report;
  if (isConcluded(report)) return "finished";
  const open = trials.find(isOpen);
  if (open === undefined) return "in progress: the winner is being evaluated";
  const { bracket } = open;
  const { rungs } = brackets[bracket];
  const rung = trials.filter((trial) => trial.bracket === bracket).reduce((most, one) => Math.max(most, one.rung), 0);
  const which = brackets.length > 1 ? `bracket ${bracket + 1} of ${brackets.length}, ` : "";
  const place = rungs.length > 1 ? `rung ${rung + 1} of ${rungs.length}, ` : "";
  return `in progress: ${which}${place}${passedRung(report, bracket, rung)} of ${rungs[rung].trials} trials`;
}

function isOpen({ status }: Trial): boolean {
  return status === "waiting";
}
