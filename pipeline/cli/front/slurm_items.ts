/** How items of work are that Slurm does: what it says of them, joined with what is stored. */
import { basename, dirname } from "node:path";
import { MAX_SHOWN_BYTES, readFile } from "../../results/folder.ts";
import type { RunSurvey } from "../protocol.ts";
import type { Slurm } from "./slurm_client.ts";
import type { SlurmCommand } from "./slurm_script.ts";
import { keyOf, type SubmittedItem, submittedItems } from "./slurm_submissions.ts";
import { isCompleted } from "./slurm_tasks.ts";

/** Work that is left to Slurm, item by item. */
export interface SlurmWork extends SlurmCommand {
  items: readonly SlurmItem[];
  /** What is stored of the items with these indices; null if that cannot be said any more, as the work is being stopped. */
  survey(indices: readonly number[]): Promise<readonly Stored[] | null>;
}

/** What a task does. */
export interface SlurmItem {
  /** What `--only` is given. */
  id: string;
  /** What people read. */
  label: string;
  /** What was stored of it before Slurm was asked. */
  stored: Stored;
}

/** What is stored of an item. */
export type Stored = Pick<RunSurvey, "isDone" | "steps">;

/** How an item is. */
export interface ItemStatus extends Stored {
  label: string;
  state: "done" | "running" | "pending" | "requeued" | "failed" | "new";
  /** Null if it was never submitted. */
  submitted: SubmittedItem | null;
}

const LINES_OF_LOG = 3;
/** Of running items, this many are looked up again at a time. */
const MAX_LOOKED_UP = 50;

/** How all items are. What is stored is looked up again only of those that have ended, and of some that run. */
export async function lookAt(
  slurm: Slurm,
  { folder, items, survey }: SlurmWork,
  before: readonly ItemStatus[] = items.map(({ label, stored }) => ({
    ...{ label, ...stored, state: stateOf(stored.isDone, null), submitted: null },
  })),
): Promise<ItemStatus[]> {
  const open = items.filter((_, i) => !before[i].isDone).map(({ id }) => keyOf(id));
  // Slurm first: what a task has stored is then there when it has ended.
  const submitted = await submittedItems(slurm, folder, new Set(open));
  const now = items.map(({ id }, i) => {
    const item = submitted.get(keyOf(id)) ?? null;
    return { ...before[i], state: stateOf(before[i].isDone, item), submitted: item };
  });
  const indicesOf = (state: string) => now.flatMap((one, i) => one.state === state ? [i] : []);
  const indices = [...indicesOf("failed"), ...indicesOf("running").slice(0, MAX_LOOKED_UP)];
  const found = indices.length === 0 ? [] : await survey(indices);
  if (found === null) return [...before];
  indices.forEach((index, i) =>
    Object.assign(now[index], found[i], { state: stateOf(found[i].isDone, now[index].submitted) })
  );
  return now;
}

function stateOf(isDone: boolean, submitted: SubmittedItem | null): ItemStatus["state"] {
  if (isDone) return "done";
  if (submitted === null) return "new";
  const { task, isActive } = submitted;
  if (task === null || !isActive) return "failed";
  if (task.state !== "PENDING") return "running";
  return task.restarts > 0 ? "requeued" : "pending";
}

/** Whether an item has ended well by what Slurm says, although its results are not here: they may be on their way. */
export function isMissing({ state, submitted }: ItemStatus): boolean {
  return state === "failed" && submitted !== null && submitted.task !== null && isCompleted(submitted.task);
}

const SIGNALS: Readonly<Record<number, string>> = {
  2: "SIGINT",
  6: "SIGABRT",
  9: "SIGKILL",
  11: "SIGSEGV",
  15: "SIGTERM",
};
const REASONS: Readonly<Record<string, string>> = {
  TIMEOUT: "the time limit: --time is shorter than an epoch",
  OUT_OF_MEMORY: 'out of memory: --sbatch "--mem=…" allows more',
  CANCELLED: "cancelled",
  NODE_FAIL: "its node failed",
  PREEMPTED: "preempted, and not requeued",
};
/** What slurmd reports as a signal when it cannot open a task's files. */
const NO_FILES = 53;

/** Why an item has failed. */
export function failureOf({ submitted }: ItemStatus): string {
  const { task = null, log = "" } = submitted ?? {};
  if (task === null) return "cancelled before its start, or forgotten by Slurm since its end";
  const { state, exitCode, signal, node, reason } = task;
  const shared = `is ${dirname(log)} on a file system that ${node || "its node"} shares?`;
  if (signal === NO_FILES) return `its log cannot be written: ${shared}`;
  if (isCompleted(task)) return `it ended well, but its results are not here: ${shared}`;
  if (state in REASONS) return REASONS[state];
  if (signal !== 0) return `killed by ${SIGNALS[signal] ?? `signal ${signal}`}`;
  return exitCode !== 0 ? `exit code ${exitCode}` : `${state.toLowerCase()} ${reason}`.trim();
}

/** The last lines of an item's log that are not empty. */
export function lastLines({ submitted }: ItemStatus, count = LINES_OF_LOG): string[] {
  const { log } = submitted ?? {};
  const bytes = log === undefined ? null : readFile(dirname(log), basename(log), MAX_SHOWN_BYTES);
  const lines = new TextDecoder().decode(bytes ?? undefined).split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-count);
}
