/** Compiles the C++ peer for a job (its sizes are constants, so the compiler can unroll), and what measures the peak. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TrainingJob } from "../jobs.ts";
import { outputOf, runToEnd } from "../process.ts";
import type { Level } from "./level.ts";

/** The program for a job, with vectors of `lanes` floats, in `folder`. Compiled once. @throws UnfinishedError. */
export function compiled(
  source: string,
  folder: string,
  job: TrainingJob,
  lanes: number,
  flags: readonly string[],
): string {
  const program = join(folder, `epoch-${job.name}-${lanes}-${flags.length}`);
  if (!exists(program)) {
    const options = ["-std=c++17", "-O3", ...flags, ...constantsOf(job, lanes)];
    runToEnd({ program: "g++", args: [...options, source, "-o", program] });
  }
  return program;
}

/** Compiles the program that prints the peak of products and sums, in `folder`; null without a compiler. */
export function peakProgram(folder: string, { lanes, march }: Level): string | null {
  if (outputOf("g++", ["-dumpversion"]) === null) return null;
  const [source, program] = [fileURLToPath(new URL("../peak.cpp", import.meta.url)), join(folder, "peak")];
  const options = ["-std=c++17", "-O3", `-march=${march}`, "-ffp-contract=off", `-DLANES=${lanes}`];
  runToEnd({ program: "g++", args: [...options, source, "-o", program] });
  return program;
}

/** What that program measures now, in GFLOP/s. */
export function measuredPeak(program: string): number {
  return Number(runToEnd({ program, args: [] }).stdout);
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
