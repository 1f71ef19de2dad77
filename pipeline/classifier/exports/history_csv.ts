/** history.csv: the figures over the epochs. It opens in any spreadsheet and in pandas. */
import { defineExport } from "../../define/export.ts";
import type { FigureDefinition } from "../../define/figure.ts";
import type { FinishedRun } from "../../define/finished_run.ts";

/** history.csv: a row an epoch, epoch 0 being the untrained model, and a column for every figure that has one. */
export const historyCsv = defineExport({
  name: "history.csv",
  about: "The figures after every epoch; epoch 0 is the untrained model.",
  source: import.meta.url,
  write(run) {
    const columns = columnsOf(run);
    const header = ["epoch", ...columns.map(({ column }) => column!.name)];
    const rows = Array.from(
      { length: run.epochs + 1 },
      (_, epoch) => [epoch, ...columns.map(({ name }) => run.figures[name][epoch] ?? "")],
    );
    return new TextEncoder().encode([header, ...rows].map((row) => row.join(",") + "\n").join(""));
  },
});

/** The figures with a column: first those that have a place, then the others in their own order. */
function columnsOf({ definitions }: FinishedRun): FigureDefinition[] {
  const place = ({ column }: FigureDefinition) => column!.place ?? Number.MAX_SAFE_INTEGER;
  return definitions.filter(({ column }) => column !== undefined).sort((a, b) => place(a) - place(b));
}
