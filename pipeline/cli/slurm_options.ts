/** The options of commands that can leave their work to Slurm. */
import { UsageError } from "../engine/run_errors.ts";
import { flag, hidden, optional, repeatable, wholeNumber, withDefault } from "./option.ts";

/** More tasks at a time than any cluster has processors are a typo. */
const MAX_TASKS = 1_000_000;

export const slurmOptions = {
  slurm: flag("let Slurm run them, and leave: the same command again shows how they are and submits what has failed"),
  partition: optional("P", "with --slurm: the partition"),
  time: optional(
    "T",
    "with --slurm: the time limit of a task, as sbatch takes it; a task goes on after it in a new start",
  ),
  arrayLimit: optional("K", "with --slurm: at most this many tasks at a time", wholeNumber(1, MAX_TASKS)),
  sbatch: {
    ...repeatable("OPTIONS", 'with --slurm: more options of sbatch, "--mem=4G --account=lab"'),
    takesDashes: true,
  },
  wait: flag("with --slurm: wait until all have ended; Ctrl-C leaves the jobs alone"),
  only: hidden(optional("ITEM", "one item of the work, in a task of Slurm")),
  task: hidden(optional("ID", "the task's own, ARRAY_TASK")),
  restarts: hidden(withDefault("N", "how often Slurm has restarted the task", "0", wholeNumber(0, MAX_TASKS))),
  conclude: hidden(flag("submit nothing, and conclude: what has ended without a result has failed")),
} as const;

/** What a command was given for Slurm. */
export interface SlurmChoices {
  slurm: boolean;
  partition?: string;
  time?: string;
  arrayLimit?: number;
  sbatch: readonly string[];
  wait: boolean;
  only?: string;
  task?: string;
  restarts: number;
  conclude: boolean;
}

/** These options as they are of a command that does its work here. */
export const WITHOUT_SLURM = {
  slurm: false,
  partition: undefined,
  time: undefined,
  arrayLimit: undefined,
  sbatch: [],
  wait: false,
  only: undefined,
  task: undefined,
  restarts: undefined,
  conclude: false,
} as const satisfies { [name in keyof SlurmChoices]: unknown };

/** What of sbatch's options is Retrace's own to set: the whole names, as sbatch also takes the beginning of a name. */
const RESERVED: Readonly<Record<string, string>> = {
  ...{ partition: "--partition", time: "--time", array: "--array-limit", wait: "--wait" },
  ...Object.fromEntries(
    ["output", "error", "input", "open-mode", "job-name", "dependency", "requeue", "no-requeue", "signal", "chdir"]
      .concat("parsable", "wrap", "kill-on-invalid-dep", "test-only", "help", "usage", "version", "clusters")
      .map((name) => [name, ""]),
  ),
};

/**
 * The words of `--sbatch`, each an option in one word.
 * @throws UsageError for what is none, or would change what Retrace sets.
 */
export function sbatchWords(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.trim().split(/\s+(?=-)/)).map((word) => {
    const [, name] = /^--([a-z][a-z-]*)(=.+)?$/s.exec(word) ?? [];
    const shown = JSON.stringify(word);
    if (name === undefined) {
      throw new UsageError(`--sbatch takes long options with their values after =, as in --mem=4G, but not ${shown}.`);
    }
    const taken = Object.keys(RESERVED).find((one) => one.startsWith(name));
    if (taken === undefined) return word;
    const own = RESERVED[taken] === "" ? "" : ` There is an option for it: ${RESERVED[taken]}.`;
    throw new UsageError(`--sbatch cannot take ${shown}, because Retrace sets --${taken} itself.${own}`);
  });
}

/** @throws UsageError for options that need or exclude each other. `others`: those of the command that cannot be with --slurm. */
export function checkSlurmChoices(choices: SlurmChoices, others: Readonly<Record<string, unknown>>): void {
  const { slurm, partition, time, arrayLimit, sbatch, wait } = choices;
  const given = Object.entries({
    partition,
    time,
    "array-limit": arrayLimit,
    sbatch: sbatch[0],
    wait: wait || undefined,
  })
    .find(([, value]) => value !== undefined);
  if (!slurm && given !== undefined) throw new UsageError(`--${given[0]} needs --slurm.`);
  const excluded = Object.entries(others).find(([, value]) => value !== undefined && value !== false);
  if (slurm && excluded !== undefined) {
    throw new UsageError(`--${excluded[0]} cannot be used with --slurm. Leave out one of the two.`);
  }
  sbatchWords(sbatch);
}
