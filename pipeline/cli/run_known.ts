/**
 * A command that is known to have nothing to do: its runs are printed at once. Neither stages nor what checks
 * experiments is loaded for it, which would take longer than everything else.
 */
import { join } from "node:path";
import { checkPlace } from "../results/folder.ts";
import { type KnownRun, readKnownCommand, readKnownRun, type RunCommand } from "../results/known.ts";
import { Store } from "../engine/store/store.ts";
import { loadOnDemand } from "./load_on_demand.ts";
import { printEnd, printKnownRun, storedRun } from "./run_report.ts";
import type { RunChoices } from "./run_variant.ts";
import { requireWritePermission } from "./write_permission.ts";

/**
 * Prints all runs of a command if all of them are known; otherwise prints nothing and returns false.
 * @throws UsageError and ResultsError, as a run with work to do does, when it could not write its results.
 */
export async function printKnownRuns(command: RunCommand, choices: RunChoices): Promise<boolean> {
  const started = performance.now();
  const { results, cache, quiet } = choices;
  const store = new Store(cache);
  const asked = await readKnownCommand(command, store);
  if (asked === null) return false;
  const folders = asked.runs.map(({ variant }) => join(results, variant.runName));
  const runs: KnownRun[] = [];
  for (const [i, { subject }] of asked.runs.entries()) {
    const known = await readKnownRun(subject, folders[i], store);
    if (known === null) return false;
    runs.push(known);
  }
  folders.forEach(checkPlace);
  requireWritePermission("run", [results, cache]);
  const each = (performance.now() - started) / 1000 / runs.length;
  runs.forEach((known, i) =>
    printEnd(folders[i], printKnownRun(asked.runs[i].variant.runName, known, choices), each, choices)
  );
  if (runs.length > 1 && !quiet) {
    const { printComparison } = await loadOnDemand<typeof import("./comparison_text.ts")>("./comparison_text.ts");
    printComparison(asked.runs.map(({ variant }, i) => storedRun(variant, runs[i].metrics)), asked.terms);
  }
  return true;
}
