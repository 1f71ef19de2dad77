/** The batch scripts of Retrace's jobs, and the options that sbatch is started with. */
import { fileURLToPath } from "node:url";
import { UsageError } from "../../engine/run_errors.ts";
import type { CommandLine } from "../command.ts";
import { moduleFile } from "../load_on_demand.ts";
import type { Options } from "../option.ts";
import { sbatchWords, type SlurmChoices, WITHOUT_SLURM } from "../slurm_options.ts";
import { quoted, wordsOf } from "./command_words.ts";
import { RESOLUTION } from "./start_deno.ts";

/** Seconds before the time limit at which a task is told to come to an end. */
export const NOTICE = 60;
/** As many as the kernels' pool can have. */
const MAX_THREADS = 256;

/** People read logs. */
const FOR_LOGS = { json: false, quiet: false };

/** A command whose work is left to Slurm. */
export interface SlurmCommand {
  name: string;
  options: Options;
  line: CommandLine;
  /** Where its notes and the logs of its tasks are, below the folder of results. */
  folder: string;
}

/** The script of an array: task i does `items[i]`, by the command with `--only ITEM`. */
export function arrayScript({ name, options, line }: SlurmCommand, items: readonly string[]): string {
  const ofTask = { ...WITHOUT_SLURM, jobs: undefined, dryRun: false, ...FOR_LOGS };
  const { threads, kernels = "native" } = line.options as { threads?: number; kernels?: string };
  const cores = `--threads="$((SLURM_CPUS_ON_NODE < ${MAX_THREADS} ? SLURM_CPUS_ON_NODE : ${MAX_THREADS}))"`;
  return scriptOf([
    "# The task with the index i does items[i].",
    `items=(${items.map((item) => `\n${quoted(item)}`).join("")}\n)`,
    [
      `exec ${frontText()} ${name} --only="\${items[$SLURM_ARRAY_TASK_ID]}"`,
      '--task="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}" --restarts="${SLURM_RESTART_COUNT:-0}"',
      ...(threads === undefined && kernels === "native" ? [cores] : []),
      ...wordsOf(options, line, ofTask).map(quoted),
    ].join(" "),
  ]);
}

/** The script of the job that follows an array: the command that submitted it, which then concludes, or submits more. */
export function followingScript({ name, options, line }: SlurmCommand): string {
  return scriptOf([
    [
      `exec ${frontText()} ${name} --conclude`,
      ...wordsOf(options, line, { wait: false, conclude: false, ...FOR_LOGS }).map(quoted),
    ]
      .join(" "),
  ]);
}

function scriptOf(lines: readonly string[]): string {
  return ["#!/bin/bash", ...lines, ""].join("\n");
}

/** Starts the front as it was started here, with nothing but its permissions. */
function frontText(): string {
  const deno = Deno.execPath();
  // Deno separates values by commas.
  const run = deno.includes(",") ? "--allow-run" : `--allow-run=${deno}`;
  const main = fileURLToPath(new URL(moduleFile("./main.ts"), import.meta.url));
  return [deno, "run", "--quiet", "--no-prompt", ...RESOLUTION, "--allow-read", run, main].map(quoted).join(" ");
}

/** The options of every job, with a log of this name in its folder. @throws UsageError for what cannot be a log's path. */
export function sbatchOptions({ line, folder }: SlurmCommand, job: string, log: string): string[] {
  const { partition, time, sbatch } = line.options as unknown as SlurmChoices;
  const path = `${folder}/${log}`;
  if (path.includes("\\")) {
    throw new UsageError(`${folder} contains a backslash, which Slurm does not take in the name of a log. Rename it.`);
  }
  return [
    "--parsable",
    `--job-name=${job}`,
    `--chdir=${Deno.cwd()}`,
    `--output=${folder.replaceAll("%", "%%")}/${log}`,
    "--open-mode=append",
    "--requeue",
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...sbatchWords(sbatch),
  ];
}

/** The options of one of `arrays` arrays, which has this many tasks. They share the limit of tasks at a time evenly. */
export function arrayOptions({ line }: SlurmCommand, tasks: number, arrays: number): string[] {
  const { arrayLimit } = line.options as unknown as SlurmChoices;
  const throttle = arrayLimit === undefined ? "" : `%${Math.max(1, Math.floor(arrayLimit / arrays))}`;
  return [`--array=0-${tasks - 1}${throttle}`, `--signal=B:TERM@${NOTICE}`];
}
