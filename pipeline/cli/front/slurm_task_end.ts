/** How a task of Slurm ends that was told to: it puts itself back into the queue, and goes on from what is stored. */
import { ProgramError } from "../../engine/run_errors.ts";
import type { CommandLine } from "../command.ts";
import { FAILED } from "../failure.ts";
import type { SlurmChoices } from "../slurm_options.ts";
import { printError, red, yellow } from "../terminal.ts";
import { openSlurm, reasonIn } from "./slurm_client.ts";
import { NOTICE } from "./slurm_script.ts";
import { tasksOf } from "./slurm_tasks.ts";

/** Slurm sends the signal up to a minute early. Seconds. */
const NEAR = 2 * NOTICE + 30;
/** Milliseconds between two attempts. */
const RETRY = 5000;

/**
 * Requeues a task that was stopped by `signal`, the exit code for it, after it has stored this many steps, and returns its
 * exit code: never 0, as the work is not done. Tries again until Slurm answers, or ends the task.
 */
export async function endTask(
  { options }: CommandLine,
  steps: number,
  signal: number,
): Promise<number> {
  const { task = "", restarts, results } = options as unknown as SlurmChoices & { results: string };
  using slurm = openSlurm(results);
  for (;;) {
    try {
      const own = (await tasksOf(slurm, [task])).get(task);
      // Slurm itself requeues what it preempts; what was cancelled must not come back.
      if (own?.state !== "RUNNING") {
        printError(`Slurm ends this task (${own?.state ?? "unknown to it"}). What it has completed is stored.`);
        return signal;
      }
      if (steps === 0 && restarts > 0 && own.secondsLeft !== null && own.secondsLeft < NEAR) {
        printError(
          `${
            red("error:")
          } No epoch was completed since the task was restarted: the time limit is too short. --time has to be ` +
            `longer than the start of a task and an epoch, and ${NOTICE} seconds more. Submit it again with a longer one.`,
        );
        return FAILED;
      }
      const answer = await slurm.run("scontrol", ["requeue", task]);
      if (answer.code !== 0) throw new ProgramError(`Slurm does not requeue the task: ${reasonIn(answer)}.`);
      printError(`Requeued, to go on from what is stored: ${steps} steps since this start.`);
      return signal;
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      printError(`${yellow("warning:")} ${error.message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY));
  }
}
