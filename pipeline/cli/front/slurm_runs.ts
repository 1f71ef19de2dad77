/** The runs of a command on Slurm: a task for each. */
import { join } from "node:path";
import type { CommandLine } from "../command.ts";
import { loadCommand } from "../command_list.ts";
import { FAILED } from "../failure.ts";
import type { RunSurvey } from "../protocol.ts";
import type { SlurmChoices } from "../slurm_options.ts";
import { print } from "../terminal.ts";
import { openSlurm, type Slurm } from "./slurm_client.ts";
import { leftAlone, submitMissing, untilEnded } from "./slurm_executor.ts";
import { failureOf, type ItemStatus, lastLines, lookAt, type SlurmWork } from "./slurm_items.ts";
import { arrayOptions, arrayScript, sbatchOptions } from "./slurm_script.ts";
import { arraySizes } from "./slurm_submissions.ts";
import { printStatuses } from "./slurm_text.ts";
import type { Worker, WorkerPool } from "./worker_pool.ts";

/** Of a run's subject, as much as tells it from any other. */
const SUBJECT_CHARACTERS = 16;

/** The item of a variant, for `--only`: how its subject begins, and its index in this command. */
export function itemOf(index: number, { subject }: Pick<RunSurvey, "subject">): string {
  return `${subject.slice(0, SUBJECT_CHARACTERS)}#${index}`;
}

/** The variant, and the beginning of its subject, of an item. */
export function variantOf(item: string): { index: number; subject: string } {
  const [subject, index] = item.split("#");
  return { index: Number(index), subject };
}

/** What is left to do here: nothing but to end with an exit code, or to conclude with the runs that have not failed. */
export type Remaining = { exitCode: number } | { failures: ReadonlyMap<number, string> };

/**
 * Leaves the runs of a command to Slurm; `worker` says what is stored of them. If all are, no program of Slurm is started.
 * @throws ProgramError if Slurm is not there, or refuses.
 */
export async function runOnSlurm(
  line: CommandLine,
  pool: WorkerPool,
  worker: Worker,
  names: readonly string[],
): Promise<Remaining> {
  const { results, json, dryRun, wait, conclude } = line.options as unknown as SlurmChoices & {
    results: string;
    json: boolean;
    dryRun: boolean;
  };
  const ask = async (indices: readonly number[]) => {
    worker.send({ survey: indices });
    const reply = await worker.reply();
    return reply !== null && "survey" in reply ? reply.survey : null;
  };
  const surveys = await ask(names.map((_, i) => i));
  if (surveys === null) return { exitCode: pool.stopped()?.exitCode ?? FAILED };
  if (surveys.every(({ isDone }) => isDone) && !dryRun) return { failures: new Map() };
  const { name, options } = await loadCommand("run");
  const items = surveys.map((stored, i) => ({ id: itemOf(i, stored), label: names[i], stored }));
  const work: SlurmWork = { name, options, line, folder: join(results, ".slurm"), items, survey: ask };
  using slurm = openSlurm(results);
  if (dryRun) return { exitCode: await showSubmission(slurm, work, json) };
  let all = conclude ? await lookAt(slurm, work) : await submitMissing(slurm, work);
  if (!conclude && !wait) return { exitCode: 0 };
  all = await untilEnded(slurm, work, pool, all, wait);
  const stopped = pool.stopped();
  if (stopped !== null) return { exitCode: leftAlone(all, stopped.exitCode) };
  if (all.every(({ submitted }) => !submitted?.isActive)) return { failures: failuresIn(all) };
  // Another job follows those that were submitted meanwhile.
  printStatuses(all, json);
  return { exitCode: all.some(({ state }) => state === "failed") ? FAILED : 0 };
}

/** Prints what would be submitted, and how. */
async function showSubmission(slurm: Slurm, work: SlurmWork, json: boolean): Promise<number> {
  const all = await lookAt(slurm, work);
  printStatuses(all, json);
  const missing = work.items.filter((_, i) => ["new", "failed"].includes(all[i].state));
  if (json || missing.length === 0) return 0;
  const sizes = await arraySizes(slurm, missing.length);
  for (const tasks of sizes) {
    const options = [...sbatchOptions(work, "retrace-…", "%A_%a.log"), ...arrayOptions(work, tasks, sizes.length)];
    print(`\nwould submit ${tasks} tasks:\nsbatch ${options.join(" ")}`);
  }
  print(`\n${arrayScript(work, missing.map(({ id }) => id))}`);
  return 0;
}

function failuresIn(all: readonly ItemStatus[]): Map<number, string> {
  return new Map(all.flatMap((one, i) => {
    if (one.isDone) return [];
    if (one.submitted === null) return [[i, "It was not submitted."]];
    const { id, log } = one.submitted;
    return [[i, [`Its task ${id} failed: ${failureOf(one)}. ${log}`, ...lastLines(one)].join("\n  ")]];
  }));
}
