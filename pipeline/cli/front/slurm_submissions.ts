/** Work that was submitted to Slurm: the notes about it, how each item of it is, and submitting more. */
import { join, resolve } from "node:path";
import { ProgramError } from "../../engine/run_errors.ts";
import { isJsonObject, jsonObjectIn } from "../../engine/store/bounded_json.ts";
import { namesIn, readFile } from "../../results/folder.ts";
import { reasonIn, type Slurm } from "./slurm_client.ts";
import { arrayOptions, arrayScript, followingScript, sbatchOptions, type SlurmCommand } from "./slurm_script.ts";
import { hasEnded, type SlurmTask, tasksOf } from "./slurm_tasks.ts";

/** What was submitted at once, as its note has it. */
export interface Submission {
  /** The folder of the note and of the logs, and the name of its jobs. */
  name: string;
  /** ISO 8601. */
  at: string;
  /** What `--only` is given: the items of the first array, of the second, … */
  items: string[];
  arrays: SubmittedArray[];
  /** The job that follows; null if it is not known to be submitted. */
  follow: string | null;
}

interface SubmittedArray {
  /** The number of its tasks. */
  tasks: number;
  /** Null if it is not known to be submitted: the process may have been killed. */
  job: string | null;
}

/** How an item is that was submitted at some time. */
export interface SubmittedItem {
  /** "12_3" */
  id: string;
  log: string;
  /** What Slurm says; null if it does not know of it any more. */
  task: SlurmTask | null;
  /** Whether it waits or runs. */
  isActive: boolean;
  /** Whether a job of the same submission will follow. */
  isFollowed: boolean;
}

const NOTE = "submission.json";
/** An array's largest index is less than Slurm's MaxArraySize; a script should not become too large either. */
const MAX_ARRAY = 10_000;
const MAX_NOTE_BYTES = 2 ** 28;

/** What tells an item from others: what follows # is a matter of the command that has submitted it. */
export function keyOf(item: string): string {
  return item.split("#")[0];
}

/** How the items with these keys are, of all submissions with notes in the folder: the latest of each counts. */
export async function submittedItems(
  slurm: Slurm,
  folder: string,
  wanted: ReadonlySet<string>,
): Promise<Map<string, SubmittedItem>> {
  const places = new Map<string, { job: string; index: number; submission: Submission }>();
  for (const submission of await readSubmissions(slurm, folder)) {
    let first = 0;
    for (const { tasks, job } of submission.arrays) {
      const items = submission.items.slice(first, first += tasks);
      items.forEach((item, index) => {
        if (job !== null && wanted.has(keyOf(item))) places.set(keyOf(item), { job, index, submission });
      });
    }
  }
  const jobs = [...places.values()].flatMap(({ job, submission: { follow } }) => [job, follow]);
  const tasks = await tasksOf(slurm, [...new Set(jobs)].filter((job) => job !== null));
  const isActive = (task: SlurmTask | undefined) => task !== undefined && !hasEnded(task);
  return new Map([...places].map(([item, { job, index, submission: { name, follow } }]) => {
    const id = `${job}_${index}`;
    const [task, following] = [tasks.get(id), tasks.get(follow ?? "")];
    const log = join(folder, name, `${id}.log`);
    return [item, { id, log, task: task ?? null, isActive: isActive(task), isFollowed: isActive(following) }];
  }));
}

/** The notes in a folder, oldest first. Jobs of a process that was killed before it noted them are found by their names. */
async function readSubmissions(slurm: Slurm, folder: string): Promise<Submission[]> {
  const notes = namesIn(folder).flatMap((name) => readNote(folder, name) ?? []);
  if (notes.some(({ arrays }) => arrays.some(({ job }) => job === null))) {
    const { stdout } = await slurm.run("scontrol", ["show", "job", "-o"]);
    const found = [...stdout.matchAll(/^JobId=\d+ ArrayJobId=(\d+) ArrayTaskId=\S+ JobName=(\S+) /gm)];
    const jobs = new Map(found.map(([, job, name]) => [name, job]));
    for (const { name, arrays } of notes) {
      arrays.forEach((array, i) => array.job ??= jobs.get(jobName(name, i)) ?? null);
    }
  }
  return notes.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** A note; null for what is none: results may come from others. */
function readNote(folder: string, name: string): Submission | null {
  const bytes = readFile(join(folder, name), NOTE, MAX_NOTE_BYTES);
  const note = bytes && jsonObjectIn(bytes);
  if (!note || typeof note.at !== "string" || !Array.isArray(note.items) || !Array.isArray(note.arrays)) return null;
  const isJob = (job: unknown) => job === null || (typeof job === "string" && /^\d+$/.test(job));
  const isArray = (one: unknown) => isJsonObject(one) && Number.isInteger(one.tasks) && isJob(one.job);
  const isValid = note.name === name && note.arrays.every(isArray) && isJob(note.follow);
  return isValid ? note as unknown as Submission : null;
}

function jobName(submission: string, array: number): string {
  return `${submission}.${array}`;
}

/** How the items would be split into arrays, by Slurm's limit. @throws ProgramError if its controller does not answer. */
export async function arraySizes(slurm: Slurm, items: number): Promise<number[]> {
  const answer = await slurm.run("scontrol", ["show", "config"]);
  const limit = /^MaxArraySize\s*=\s*(\d+)/m.exec(answer.stdout)?.[1];
  if (answer.code !== 0 || limit === undefined) {
    throw new ProgramError(`Slurm's controller does not answer: ${reasonIn(answer)}. Try it again later.`);
  }
  const most = Math.min(Number(limit), MAX_ARRAY);
  if (most < 1) throw new ProgramError("This Slurm has no job arrays (its MaxArraySize is 0), which Retrace needs.");
  return Array.from({ length: Math.ceil(items / most) }, (_, i) => Math.min(most, items - i * most));
}

/**
 * Submits items, as few arrays as Slurm allows, and a job that follows when these and the jobs `active` have ended. The note
 * is written before, so that no item is submitted again if this process is killed. To be called in `slurm.locked`.
 * @throws ProgramError with sbatch's own message if it refuses: what it has taken before is noted.
 */
export async function submit(
  slurm: Slurm,
  command: SlurmCommand,
  items: readonly string[],
  active: readonly string[] = [],
): Promise<Submission> {
  const sizes = items.length === 0 ? [] : await arraySizes(slurm, items.length);
  const submission: Submission = {
    name: `retrace-${crypto.randomUUID().slice(0, 8)}`,
    at: new Date().toISOString(),
    items: [...items],
    arrays: sizes.map((tasks) => ({ tasks, job: null })),
    follow: null,
  };
  const folder = resolve(command.folder, submission.name);
  const note = () => slurm.write(join(folder, NOTE), JSON.stringify(submission));
  await note();
  try {
    let first = 0;
    for (const [i, array] of submission.arrays.entries()) {
      const some = items.slice(first, first += array.tasks);
      const options = sbatchOptions({ ...command, folder }, jobName(submission.name, i), "%A_%a.log");
      array.job = await sbatch(
        slurm,
        [...options, ...arrayOptions(command, some.length, sizes.length)],
        arrayScript(command, some),
      );
      await note();
    }
    const jobs = [...new Set([...active, ...submission.arrays.map(({ job }) => job)])];
    const options = sbatchOptions({ ...command, folder }, `${submission.name}.end`, "end.log");
    const after = `--dependency=afterany:${jobs.join(":")}`;
    submission.follow = await sbatch(slurm, [...options, after], followingScript(command));
  } finally {
    // What sbatch has refused was not submitted.
    submission.arrays = submission.arrays.filter(({ job }) => job !== null);
    await note();
  }
  return submission;
}

async function sbatch(slurm: Slurm, options: readonly string[], script: string): Promise<string> {
  const answer = await slurm.run("sbatch", options, script);
  const [, job] = /^(\d+)(?:;\S*)?$/m.exec(answer.stdout) ?? [];
  if (answer.code === 0 && job !== undefined) return job;
  throw new ProgramError(`sbatch refuses: ${reasonIn(answer)}.`);
}
