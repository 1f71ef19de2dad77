/**
 * A command that is known to have nothing to do is told of at once: neither the stages nor what checks experiments is
 * loaded for it, which takes longer than all else.
 */
import { join } from "node:path";
import { checkPlace } from "../results/folder.ts";
import { type KnownRun, readKnownCommand, readKnownRun, type RunCommand } from "../results/known.ts";
import { Store } from "../engine/store/store.ts";
import { runTitle } from "./closing.ts";
import { late } from "./late.ts";
import { mustMayWrite } from "./may_write.ts";
import { asFinished, endKnown, tellEnd } from "./run_end.ts";
import type { RunOrders } from "./run_one.ts";
import { print } from "./terminal.ts";

/**
 * Tells of all runs of a command when all of them are known; else false, and nothing is told.
 * @throws what a run with work to do throws where it may not write.
 */
export async function tellKnownCommand(command: RunCommand, orders: RunOrders): Promise<boolean> {
  const started = performance.now();
  const { results, cache, quiet } = orders;
  const store = new Store(cache);
  const asked = await readKnownCommand(command, store);
  if (asked === null) return false;
  const folders = asked.map(({ variant }) => join(results, variant.runName));
  const runs: KnownRun[] = [];
  for (const [i, { subject }] of asked.entries()) {
    const known = await readKnownRun(subject, folders[i], store);
    if (known === null) return false;
    runs.push(known);
  }
  folders.forEach(checkPlace);
  mustMayWrite("run", [results, cache]);
  const each = (performance.now() - started) / 1000 / runs.length;
  for (const [i, { variant }] of asked.entries()) {
    if (!quiet) print(runTitle(variant));
    tellEnd(variant, folders[i], endKnown(runs[i], orders), each, orders);
  }
  if (runs.length > 1 && !quiet) {
    const { tellComparison } = await late<typeof import("./run_comparison.ts")>("./run_comparison.ts");
    tellComparison(asked.map(({ variant }, i) => asFinished(variant, runs[i].metrics)));
  }
  return true;
}
