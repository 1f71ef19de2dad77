/** A sweep as the terminal shows it: what is searched, a line per rung, and the best trials. */
import type { CompleteSweep } from "../sweeps/complete_sweep.ts";
import type { SweepTask } from "../sweeps/plan_sweep.ts";
import { bestFirst, type SweepReport, type Trial, trialsBestFirst } from "../sweeps/sweep_report.ts";
import { trialFigure } from "../sweeps/trial_text.ts";
import { countText, figureText } from "../text/numbers.ts";
import { paramText } from "../text/param_text.ts";
import { bold, dim, tableText } from "./terminal.ts";

/** Trials that the table shows. */
const MAX_SHOWN = 10;

/** What is searched, and how. */
export function sweepTitle(name: string, sweep: CompleteSweep): string {
  const { method, trials, seeds, metric, parameters } = sweep;
  const runs = `${trials.length} trial${trials.length === 1 ? "" : "s"}${
    seeds.length > 1 ? ` × ${seeds.length} seeds` : ""
  }`;
  const goal = metric.goal === "maximize" ? "highest" : "lowest";
  const rows = parameters.map(({ title, range, values }) => [
    `  ${title}`,
    range === null
      ? values!.map(paramText).join(", ")
      : `${range.min} … ${range.max}${range.scale === "log" ? "  (log)" : ""}`,
  ]);
  return `${bold(name)}  ${dim(`${method}, ${runs}, for the ${goal} ${metric.title}`)}\n${tableText(rows)}`;
}

/** A line per rung that is complete and has not been told yet. */
export function rungLines(report: SweepReport, told: Set<string> = new Set()): string[] {
  const { brackets, trials, metric } = report;
  // Without rungs there is nothing between the start and the end.
  if (brackets.every(({ rungs }) => rungs.length === 1)) return [];
  return brackets.flatMap(({ rungs }, bracket) =>
    rungs.flatMap(({ epochs, keeps }, rung) => {
      const name = `${bracket} ${rung}`;
      const entered = trials.filter((one) => one.bracket === bracket && one.rung >= rung);
      const isComplete = entered.length > 0 &&
        entered.every((one) => one.rung > rung || one.status !== "waiting");
      if (!isComplete || told.has(name)) return [];
      told.add(name);
      const order = bestFirst(metric);
      const [best] = entered.filter(({ curve }) => figureAt(curve, epochs) !== null)
        .sort((a, b) => order(figureAt(a.curve, epochs)!, figureAt(b.curve, epochs)!) || a.index - b.index);
      const where = brackets.length > 1
        ? `bracket ${bracket + 1}, rung ${rung + 1}`
        : `rung ${rung + 1} of ${rungs.length}`;
      const found = best === undefined
        ? "no trial has a figure"
        : `best ${figureText(figureAt(best.curve, epochs), metric.form)} (trial ${best.index})`;
      const kept = Math.min(keeps, entered.length);
      const go = rung === rungs.length - 1 ? "" : `, ${kept} ${kept === 1 ? "goes" : "go"} on`;
      const count = `${entered.length} trial${entered.length === 1 ? "" : "s"}`;
      return [`  ${where.padEnd(12)}  epoch ${epochs}: ${count}${go}; ${found}`];
    })
  );
}

/** The mean figure after an epoch; of a trial that ended earlier, the last one. */
function figureAt(curve: Trial["curve"], epochs: number): number | null {
  return curve[Math.min(epochs, curve.length - 1)] ?? null;
}

/** The best trials as a table, and what the sweep came to. */
export function sweepText(report: SweepReport): string {
  const { parameters, metric, trained, ofAll, trials, winner, isFinished } = report;
  const shown = trialsBestFirst(report).slice(0, MAX_SHOWN);
  const head = ["trial", ...parameters.map(({ title }) => title), "epochs", metric.title, "status"].map(dim);
  const rows = shown.map((trial) => {
    const { index, choices, epochs, status, reason } = trial;
    const name = index === winner?.trial ? `* ${index}` : `  ${index}`;
    const values = parameters.map(({ path }) => paramText(choices[path]));
    return [
      name,
      ...values,
      String(epochs),
      trialFigure(trial, report),
      reason === "" ? status : `${status}: ${reason}`,
    ];
  });
  const others = trials.length - shown.length;
  const failed = trials.filter(({ status }) => status === "failed").length;
  return [
    "",
    tableText([head, ...rows]),
    ...(others > 0 ? [dim(`  and ${countText(others)} more`)] : []),
    ...(failed > 0 ? [`${failed} of ${trials.length} trials failed; the same command tries them again.`] : []),
    ...(winner === null
      ? [isFinished ? "No trial has a figure, so no best is named." : "No trial is trained to the end yet."]
      : [
        `* best by ${metric.title}: trial ${winner.trial}, ${winner.verdict}`,
      ]),
    dim(`${countText(trained)} epochs trained; all trials to the end would be ${countText(ofAll)}`),
  ].join("\n");
}

/** What comes next: "Next: 9 trials to epoch 3." */
export function nextText({ brackets, trials }: SweepReport, tasks: readonly SweepTask[]): string {
  if (tasks.length === 0) return "Nothing is left to train.";
  const groups = [...Map.groupBy(tasks, ({ epochs }) => epochs)].map(([epochs, own]) => {
    const count = new Set(own.map(({ trial }) => trial)).size;
    return `${count} trial${count === 1 ? "" : "s"} to ${epochs === null ? "the last epoch" : `epoch ${epochs}`}`;
  });
  const waiting = trials.filter(({ bracket, rung }) => rung < brackets[bracket].rungs.length - 1).length;
  return `Next: ${groups.join(", ")}${waiting > 0 ? "; then the best of them go on" : ""}.`;
}
