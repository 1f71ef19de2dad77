/** The figures of an evaluation as text, as at the end of a run, or as JSON. */
import type { ClassMetrics } from "../../core/model/metrics.ts";
import { cellsOf, type Confusion } from "../classifier/kinds/confusion_matrix.ts";
import { type FigureDefinition, finalFigures, finalValue, type FinishedRun } from "../define/figure.ts";
import { summaryOf } from "../pages/run_summary.ts";
import { countText, percentText } from "../text/numbers.ts";
import { bold, dim, tableText, yellow } from "./terminal.ts";

/** Of more classes, those with the lowest recall are shown. */
const MAX_CLASSES = 30;
/** The pairs of classes that are named as confused. */
const MAX_PAIRS = 5;

/** All figures of an evaluation as a line of JSON, as they are in metrics.json. */
export function evaluationJson(evaluated: FinishedRun, data: readonly string[]): string {
  const { run, epochs: _, ...figures } = finalFigures(evaluated);
  return JSON.stringify({ run, data, ...figures });
}

/** The summary of an evaluation; then precision and recall of every class, and which are confused the most. */
export function evaluationText(figures: readonly FigureDefinition[], run: FinishedRun): string {
  const { headline, figures: others, remarks } = summaryOf(figures, run);
  const rows = [
    ...(headline === null ? [] : [{ ...headline, text: bold(headline.text) }]),
    ...others,
    ...remarks.map(({ text }) => ({ title: "note", text: yellow(text), note: undefined })),
  ];
  const summary = tableText(rows.map(({ title, text, note }) => [`  ${title}`, note ? `${text}  ${note}` : text]));
  const classes = finalValue(run.figures, "classes") as readonly ClassMetrics[] | null;
  if (classes === null) return summary;
  const names = finalValue(run.figures, "class_names") as readonly string[] | null;
  const nameOf = (c: number) => names?.[c] ?? String(c);
  return [summary, "", classTable(classes, nameOf), ...confusedPairs(run, nameOf)].join("\n");
}

function classTable(classes: readonly ClassMetrics[], nameOf: (c: number) => string): string {
  const worst = classes.toSorted((a, b) => (a.recall ?? 2) - (b.recall ?? 2)).slice(0, MAX_CLASSES);
  const shown = classes.filter((one) => worst.includes(one));
  const rows = shown.map(({ class: c, precision, recall, support }) => [
    ...[`  ${nameOf(c)}`, percentText(precision), percentText(recall), countText(support)],
  ]);
  const left = classes.length - shown.length;
  const note = left === 0 ? [] : [dim(`  and ${left} more with a higher recall`)];
  const table = tableText([["  class", "precision", "recall", "rows"], ...rows], ["left", "right", "right", "right"]);
  return [table, ...note].join("\n");
}

/** The pairs with the most mistakes, if there are mistakes. */
function confusedPairs({ figures }: FinishedRun, nameOf: (c: number) => string): string[] {
  const cells = cellsOf(finalValue(figures, "confusion") as Confusion);
  const most = cells.filter(([truth, predicted]) => truth !== predicted).sort(([, , a], [, , b]) => b - a);
  const texts = most.slice(0, MAX_PAIRS)
    .map(([truth, predicted, rows]) => `${nameOf(truth)} as ${nameOf(predicted)} ${countText(rows)}`);
  return texts.length === 0 ? [] : ["", `  most confused  ${texts.join(", ")}`];
}
