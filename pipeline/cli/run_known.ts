/**
 * A command that is known to have nothing to do: its runs are printed at once. Neither stages nor what checks
 * experiments is loaded for it, which would take longer than everything else.
 */
import { join } from "node:path";
import { checkPlace } from "../results/folder.ts";
import { type KnownRun, readKnownCommand, readKnownRun, type RunCommand } from "../results/known.ts";
import { Store } from "../engine/store/store.ts";
import type { RunChoices } from "./run_variant.ts";
import { printEnd, printKnownRun } from "./run_report.ts";
import { requireWritePermission } from "./write_permission.ts";

/**
 * Prints all runs of a command if all of them are known; otherwise prints nothing and returns false.
 * @throws UsageError and ResultsError, as a run with work to do does, when it could not write its results.
 */
export async function printKnownRuns(command: RunCommand, choices: RunChoices): Promise<boolean> {
  const started = performance.now();
  const { results, cache } = choices;
  const store = new Store(cache);
  const asked = await readKnownCommand(command, store);
  if (asked === null) return false;
  const runs: { name: string; folder: string; known: KnownRun }[] = [];
  for (const { variant: { runName: name }, subject } of asked) {
    const folder = join(results, name);
    const known = await readKnownRun(subject, folder, store);
    if (known === null) return false;
    runs.push({ name, folder, known });
  }
  runs.forEach(({ folder }) => checkPlace(folder));
  requireWritePermission("run", [results, cache]);
  const each = (performance.now() - started) / 1000 / runs.length;
  for (const { name, folder, known } of runs) printEnd(folder, printKnownRun(name, known, choices), each, choices);
  return true;
}
