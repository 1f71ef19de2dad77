/** Compiles the C++ peer for a job: its sizes are constants, so the compiler can unroll. */
import { join } from "node:path";
import type { TrainingJob } from "../jobs.ts";
import { runToEnd } from "../process.ts";

/** The program for a job, with vectors of `lanes` floats, in `folder`. Compiled once. @throws UnfinishedError. */
export function compiled(
  source: string,
  folder: string,
  job: TrainingJob,
  lanes: number,
  flags: readonly string[],
): string {
  const program = join(folder, `epoch-${job.name}-${lanes}`);
  if (!exists(program)) {
    const options = ["-std=c++17", "-O3", "-march=native", ...flags, ...constantsOf(job, lanes)];
    runToEnd({ program: "g++", args: [...options, source, "-o", program] });
  }
  return program;
}

function constantsOf({ sizes, batch, lr, reduction, gradient }: TrainingJob, lanes: number): string[] {
  const meanLoss = reduction === "mean";
  const constants = {
    LANES: lanes,
    SIZES: sizes.join(","),
    BATCH: batch,
    LR: `${lr}f`,
    MEAN_LOSS: Number(meanLoss),
    MEAN_GRADIENT: Number(meanLoss || gradient === "manual"),
  };
  return Object.entries(constants).map(([name, value]) => `-D${name}=${value}`);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
