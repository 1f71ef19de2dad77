/** What `run` prints after several runs: those of a grid with the best of them, others as `compare` does. */
import { join } from "node:path";
import type { StoredRun } from "../compare/compare_runs.ts";
import { type GridTable, gridTable, variedPaths } from "../compare/grid_table.ts";
import { readOutputs } from "../compare/stored_runs.ts";
import type { Terms } from "../define/terms.ts";
import { printComparison, wrappedText } from "./comparison_text.ts";
import { bold, dim, print, printWarnings, terminalWidth } from "./terminal.ts";

/** Prints the finished ones of the `requested` runs, which have folders in `results`, in one table. */
export function printFinished(runs: readonly StoredRun[], requested: number, terms: Terms, results: string): void {
  const stored = runs.map((run) => ({ ...run, outputs: readOutputs(join(results, run.name)) }));
  if (variedPaths(runs, terms).length === 0) return printComparison(stored, terms);
  const grid = gridTable(stored, terms);
  printWarnings(grid.warnings);
  const missing = requested - runs.length;
  print([
    `\n${bold(headOf(grid))}`,
    wrappedText(grid.table, terminalWidth()),
    ...grid.notes.map(dim),
    ...(missing > 0 ? [dim(`without ${missing} of ${requested} runs, which have no results`)] : []),
    ...bestText(grid, terms),
  ].join("\n"));
}

function headOf({ by, isMean }: GridTable): string {
  const order = by === null ? "In the order of the grid" : `Best first, by ${by.title} after the last epoch`;
  return isMean ? `${order}; mean ± standard deviation over n seeds` : order;
}

/** The name of the best, or why none is named; nothing where there is nothing to choose from. */
function bestText({ by, best, table, notes }: GridTable, { figures }: Terms): string[] {
  if (table.rows.length < 2) return [];
  if (best.length > 0) return [`* best by ${by!.title}: ${best.join(", ")}`];
  const choosing = figures.filter(({ chooses }) => chooses).map(({ title }) => title);
  const reason = by !== null
    ? notes.length > 0 ? `these runs are not comparable by ${by.title}` : `no run has a finite ${by.title}`
    : choosing.length > 0
    ? `test data must not choose it, and not all of these runs have a ${choosing.join(" or a ")}. ` +
      "Validation rows give them one: --set split.validation=0.1 draws some, unless a stage of your own brings them"
    : "test data must not choose it, and no figure of this pipeline is declared to (`chooses`)";
  return [`No best is named: ${reason}.`];
}
