/**
 * A command that is known to have nothing to do prints its runs at once. Neither stages nor the checks of experiments
 * are loaded for it, which would take longer than everything else.
 */
import { join } from "node:path";
import { checkPlace, hasRemains } from "../results/folder.ts";
import { type KnownRun, readKnownCommand, readKnownRun, type RunCommand } from "../results/known.ts";
import { Store } from "../engine/store/store.ts";
import { loadOnDemand } from "./load_on_demand.ts";
import { printEnd, printKnownRun, storedRun } from "./run_report.ts";
import type { RunChoices } from "./run_context.ts";
import { printWarnings } from "./terminal.ts";

/**
 * Prints all runs of a command if all of them are known; otherwise prints nothing and returns false.
 * @throws ResultsError if its results could not be written, as a run with work to do does.
 */
export async function printKnownRuns(
  command: RunCommand,
  choices: Omit<RunChoices, "force" | "allowHost" | "computing" | "jobs">,
): Promise<boolean> {
  const started = performance.now();
  const { results, cache, quiet } = choices;
  const store = new Store(cache);
  const wanted = await readKnownCommand(command, store);
  if (wanted === null) return false;
  const runs: { folder: string; known: KnownRun }[] = [];
  for (const { subject, variant: { runName } } of wanted.runs) {
    const folder = join(results, runName);
    const known = await readKnownRun(subject, folder, store);
    // A worker removes what an earlier run has left.
    if (known === null || hasRemains(folder)) return false;
    runs.push({ folder, known });
  }
  for (const { folder } of runs) checkPlace(folder);
  printWarnings(wanted.warnings);
  const each = (performance.now() - started) / 1000 / runs.length;
  const stored = wanted.runs.map(({ variant }, i) => {
    const { folder, known } = runs[i];
    printEnd(folder, printKnownRun(variant.runName, known, choices), each, choices);
    return storedRun(variant, known.metrics);
  });
  if (runs.length > 1 && !quiet) {
    const { printFinished } = await loadOnDemand<typeof import("./grid_text.ts")>("./grid_text.ts");
    printFinished(stored, runs.length, wanted.terms, results);
  }
  return true;
}
