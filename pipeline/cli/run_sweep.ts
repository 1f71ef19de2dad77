/** What a worker does for `sweep`: plans, trains the trials that the front gives it, and concludes. */
import { concludeSweep } from "./conclude_sweep.ts";
import { openSweep, type SweepCommand, type SweepSurroundings } from "./opened_sweep.ts";
import { forgetFetched } from "./pin_variants.ts";
import type { RunChoices } from "./run_context.ts";
import { runTrial } from "./run_trial.ts";
import { nextText, rungLines, sweepText, sweepTitle } from "./sweep_text.ts";
import { makeSweepWatch, type SweepWatch } from "./sweep_watch.ts";
import { print } from "./terminal.ts";

/**
 * Does what the front requests, and returns the exit code.
 * @throws UsageError or ConfigError, before anything is trained, if the command is not valid.
 */
export async function runSweep(command: SweepCommand, choices: RunChoices, worker: SweepSurroundings): Promise<number> {
  const { send, receive } = worker;
  const opened = await openSweep(command, choices, worker);
  if ("network" in opened) {
    send(opened);
    return 0;
  }
  const { sweep, trials, context, found } = opened;
  send({ variants: [opened.base.runName, await trials.identity()], rivals: [], found });
  let watch: SweepWatch | null = null;
  for (;;) {
    const message = await receive();
    // The front has written the locks.
    forgetFetched(context.store, Object.values(found).flatMap(Object.keys));
    if ("planSweep" in message) {
      watch ??= await makeSweepWatch(opened);
      const { failed, isRepeated } = message.planSweep;
      send({ tasks: watch.plan(new Map(failed), isRepeated) });
    } else if ("task" in message) {
      const trained = await runTrial(message.task, sweep, trials, context, watch !== null);
      watch?.show();
      send({ trained });
    } else if ("concludeSweep" in message) {
      return await concludeSweep(opened, (watch ??= await makeSweepWatch(opened)).look().report, message.concludeSweep);
    }
  }
}

/**
 * Prints what is known of a sweep, and what it would train next, of which the front is told. Nothing is trained or written.
 * Returns the exit code.
 */
export async function showSweep(
  command: SweepCommand,
  choices: RunChoices,
  worker: SweepSurroundings,
): Promise<number> {
  const opened = await openSweep(command, choices, worker, false);
  if ("network" in opened) throw new TypeError("Nothing is fetched to show a sweep.");
  const { base: { runName }, sweep, trials } = opened;
  const { report, tasks } = (await makeSweepWatch(opened)).look();
  const lines = [sweepTitle(runName, sweep), ...rungLines(report), sweepText(report), nextText(report, tasks)];
  print(choices.json ? JSON.stringify({ ...report, next: tasks }) : lines.join("\n"));
  worker.send({ variants: [runName, await trials.identity()], rivals: [], found: {} });
  worker.send({ tasks });
  return 0;
}
