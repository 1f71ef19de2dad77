/** Whether the best trial of a sweep is better than the second best one. */
import { differenceText, pValueText } from "../compare/comparison_table.ts";
import { CONFIDENCE, pairedDifference } from "../compare/statistics.ts";
import { bestFirst, type SweepReport, type Trial } from "./sweep_report.ts";
import { epochsText } from "./trial_text.ts";

/** The figures of a trial with each seed after an epoch; null if one is not known. */
type ValuesAt = (trial: number, epoch: number) => number[] | null;

/** The trial that came closest to the winner: of those that were trained the longest, the best. Null if there is no other. */
export function runnerUpOf(
  { trials, metric }: Pick<SweepReport, "trials" | "metric">,
  winner: Trial,
): Trial | null {
  const order = bestFirst(metric);
  const others = trials.filter(({ status, mean, index }) =>
    status !== "failed" && mean !== null && index !== winner.index
  );
  others.sort((a, b) => b.epochs - a.epochs || order(a.mean!, b.mean!) || a.index - b.index);
  return others[0] ?? null;
}

/** The verdict in words; both trials are compared after the epochs that both have. */
export function verdictOf(
  report: Pick<SweepReport, "trials" | "metric" | "seeds">,
  winner: Trial,
  valuesAt: ValuesAt,
): string {
  const { metric, seeds } = report;
  const other = runnerUpOf(report, winner);
  if (other === null) return "the only trial with a figure";
  const epoch = Math.min(winner.epochs, other.epochs);
  const [own, its] = [valuesAt(winner.index, epoch), valuesAt(other.index, epoch)];
  const when = epoch < winner.epochs ? ` after ${epochsText(epoch)}` : "";
  const found = own === null || its === null ? null : pairedDifference(its, own);
  if (found === null) return `not comparable with trial ${other.index}`;
  const reach = found.interval === null ? Math.abs(found.mean) : found.interval[1] - found.mean;
  const difference = differenceText(found.mean, reach, metric);
  if (seeds.length === 1) {
    return `${difference} against trial ${other.index}${when}, with one seed: more seeds tell whether that is chance`;
  }
  const test = found.p === null
    ? "no measurable spread"
    : `p ${equals(found.p)}, paired t test over ${seeds.length} seeds`;
  const isBetter = found.p !== null && found.p <= 1 - CONFIDENCE && (found.mean > 0) === (metric.goal === "maximize");
  return `${isBetter ? "better than" : "not clearly better than"} trial ${other.index}${when} (${difference}, ${test})`;
}

function equals(p: number): string {
  const text = pValueText(p);
  return text.startsWith("<") ? text : `= ${text}`;
}
