/** `--jobs 2`: the speed-up of two workers over one, next to that of two processes on this machine. */
import { fileURLToPath } from "node:url";
import { JOBS } from "../jobs.ts";
import { spreadOf } from "../measure.ts";
import { type CommandLine, runToEnd, secondsTogether } from "../process.ts";
import { runCommand, TWO_LAYER } from "../retrace.ts";
import { withWorkspace } from "../workspace.ts";
import { atLeast, type Row, type Section } from "./row.ts";

const EPOCHS = 20;
const SCRIPT = fileURLToPath(new URL("../peers/retrace_epoch.ts", import.meta.url));

export const jobsSection: Section = {
  name: "jobs",
  about: "throughput of --jobs 2 against one job, on new seeds",
  byDefault: true,
  measure: ({ runs }) => withWorkspace((folder) => measure(folder, Math.min(runs, 3))),
};

async function measure(folder: string, rounds: number): Promise<Row[]> {
  // The stages that all seeds share are stored before the clock starts.
  runToEnd(runCommand(folder, TWO_LAYER, "--set", "train.epochs=0"));
  let seed = 1;
  const two = (jobs: number) => {
    const args = ["--seeds", `${seed}..${seed + 1}`, "--set", `train.epochs=${EPOCHS}`, "--jobs", String(jobs)];
    seed += 2;
    return runToEnd(runCommand(folder, TWO_LAYER, ...args)).seconds;
  };
  const throughput: number[] = [];
  const machine: number[] = [];
  for (let round = 0; round < rounds; round++) {
    throughput.push(two(1) / two(2));
    machine.push(2 * await secondsTogether([trainOnly()]) / await secondsTogether([trainOnly(), trainOnly()]));
  }
  return [
    {
      what: `two runs of ${EPOCHS} epochs, --jobs 2 against 1`,
      spread: spreadOf(throughput),
      unit: "×",
      target: atLeast(1.8),
    },
    { what: "  raw: two training processes against one", spread: spreadOf(machine), unit: "×", target: null },
  ];
}

function trainOnly(): CommandLine {
  return { program: "deno", args: ["run", "--quiet", "--allow-read", SCRIPT, JSON.stringify(JOBS[0]), String(EPOCHS)] };
}
