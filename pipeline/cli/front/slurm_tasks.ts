/** What Slurm says about jobs and the tasks of arrays: the outputs of `scontrol show job -o` and of `sacct`, as data. */
import { ProgramError } from "../../engine/run_errors.ts";
import { reasonIn, type Slurm } from "./slurm_client.ts";

/** A task of an array, or a job of its own. */
export interface SlurmTask {
  /** "12_3", or "12". */
  id: string;
  /** Slurm's word: PENDING, RUNNING, COMPLETED, FAILED, TIMEOUT, … */
  state: string;
  /** Why it waits, or has failed; "" if there is no more to say. */
  reason: string;
  /** "" before it has started. */
  node: string;
  /** When it started, or is expected to, in the cluster's time: "2026-11-27T21:05:03"; "" if unknown. */
  since: string;
  exitCode: number;
  /** The signal that ended it; 0 if none did. */
  signal: number;
  /** How often it was put back into the queue after a start. */
  restarts: number;
  /** Seconds until its time limit; null without one. */
  secondsLeft: number | null;
}

/** The states after which a task runs no more, unless it is requeued. */
const ENDED = [
  ...["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"],
  ...["PREEMPTED", "BOOT_FAIL", "DEADLINE", "REVOKED"],
];

/** Whether a task will run no more. */
export function hasEnded({ state }: SlurmTask): boolean {
  return ENDED.includes(state);
}

/** Whether a task has ended well. */
export function isCompleted({ state, exitCode, signal }: SlurmTask): boolean {
  return state === "COMPLETED" && exitCode === 0 && signal === 0;
}

/** The tasks of jobs, by id. A job that Slurm has forgotten has none, unless there is accounting. */
export async function tasksOf(slurm: Slurm, jobs: readonly string[]): Promise<Map<string, SlurmTask>> {
  const tasks: SlurmTask[] = [];
  for (const job of jobs) {
    const answer = await slurm.run("scontrol", ["show", "job", "-o", job]);
    if (answer.code === 0) tasks.push(...tasksIn(answer.stdout));
    else if (/Invalid job id/i.test(answer.stderr)) tasks.push(...await accounted(slurm, job));
    else throw new ProgramError(`Slurm's controller does not say how job ${job} is: ${reasonIn(answer)}.`);
  }
  return new Map(tasks.map((task) => [task.id, task]));
}

async function accounted(slurm: Slurm, job: string): Promise<SlurmTask[]> {
  const fields = "--format=JobID,State,ExitCode,NodeList,Start";
  // Without accounting, or without the program, nothing is known.
  const answer = await slurm.run("sacct", ["--noheader", "--parsable2", "--allocations", "--jobs", job, fields])
    .catch(() => null);
  return answer?.code === 0 ? accountedIn(answer.stdout) : [];
}

/** The tasks in the output of `sacct --parsable2` with these fields. */
export function accountedIn(text: string): SlurmTask[] {
  return text.split("\n").filter((line) => /^\d+(_\d+)?\|/.test(line)).map((line) => {
    const [id, state, exit, node, since] = line.split("|");
    const [exitCode, signal] = exit.split(":").map(Number);
    // "CANCELLED by 1000"
    const [word] = state.split(" ");
    return { id, state: word, reason: "", node, since, exitCode, signal, restarts: 0, secondsLeft: null };
  });
}

/** The tasks in the output of `scontrol show job -o`. A line can stand for several that have not started. */
export function tasksIn(text: string): SlurmTask[] {
  return text.split("\n").filter((line) => line.startsWith("JobId=")).flatMap((line) => {
    // What people can choose comes later in the line, but for the job's name, which is Retrace's.
    const field = (name: string) => {
      const value = new RegExp(`(?:^| )${name}=(\\S*)`).exec(line)?.[1] ?? "";
      return ["None", "Unknown", "(null)", "N/A"].includes(value) ? "" : value;
    };
    const [exitCode, signal] = field("ExitCode").split(":").map(Number);
    const [limit, spent] = [secondsIn(field("TimeLimit")), secondsIn(field("RunTime"))];
    const task = {
      state: field("JobState"),
      reason: field("Reason"),
      node: field("BatchHost") || field("NodeList"),
      since: field("StartTime"),
      ...{ exitCode, signal },
      restarts: Number(field("Restarts")),
      secondsLeft: limit === null ? null : limit - (spent ?? 0),
    };
    const [array, indices] = [field("ArrayJobId"), field("ArrayTaskId")];
    const ids = array === "" ? [field("JobId")] : indicesIn(indices).map((index) => `${array}_${index}`);
    return ids.map((id) => ({ id, ...task }));
  });
}

/** The indices in "0,4-7:2%3". */
function indicesIn(text: string): number[] {
  return text.split("%")[0].split(",").filter((part) => /^\d/.test(part)).flatMap((part) => {
    const [, from, to = from, step = "1"] = /^(\d+)(?:-(\d+))?(?::(\d+))?$/.exec(part) ?? [];
    const count = Math.floor((Number(to) - Number(from)) / Number(step)) + 1;
    return Array.from({ length: count || 0 }, (_, i) => Number(from) + i * Number(step));
  });
}

/** "1-02:03:04", "02:03:04" or "03:04" as seconds; null for another text, such as UNLIMITED. */
function secondsIn(text: string): number | null {
  const [, days = "0", hours = "0", minutes, seconds] = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text) ?? [];
  if (seconds === undefined) return null;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}
