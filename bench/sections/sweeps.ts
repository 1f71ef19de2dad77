/** Sweeps: planning, what a trial costs besides its training, and a sweep that has nothing to do. */
import { join, relative } from "node:path";
import { inTurn, repeated, scaled, spreadOf } from "../measure.ts";
import { type CommandLine, runToEnd } from "../process.ts";
import { commandOf, TWO_LAYER } from "../retrace.ts";
import { withWorkspace } from "../workspace.ts";
import { atMost, type Row, type Section } from "./row.ts";

/** Files that were just written are read again at the next command; after this time their status is believed. */
const COME_OF_AGE_MS = 5000;
const [FEW, MANY] = [100, 1000];

export const sweepsSection: Section = {
  name: "sweep",
  about: "1,000 trials planned; the overhead of a trial; a sweep of 100 trials with nothing to do",
  byDefault: false,
  measure: ({ runs }) => withWorkspace((folder) => measure(folder, runs)),
};

async function measure(folder: string, runs: number): Promise<Row[]> {
  const ms = (what: string, seconds: ReturnType<typeof spreadOf>, most: number | null): Row => ({
    what,
    spread: scaled(seconds, 1000),
    unit: "ms",
    target: most === null ? null : atMost(most),
  });
  // The stages before the training, and what is known of the code, are stored before the clock starts.
  runToEnd(sweep(folder, "warm", 1, 1));
  const plan = sweep(folder, "plan", MANY, 10, "--dry-run");
  runToEnd(plan);
  const planning = repeated(() => void runToEnd(plan), { runs });
  const overheads = Array.from({ length: runs }, (_, run) => {
    const seconds = [1, FEW + 1].map((trials) =>
      runToEnd(sweep(folder, `r${run}t${trials}`, trials, 1, ...seed(run))).seconds
    );
    return (seconds[1] - seconds[0]) / FEW;
  });
  const [known, many] = [sweep(folder, "known", FEW, 1), sweep(folder, "many", MANY, 10, "--jobs", "2")];
  for (const command of [known, many, known, many]) runToEnd(command);
  await new Promise((resolve) => setTimeout(resolve, COME_OF_AGE_MS));
  const replan = sweep(folder, "many", MANY, 10, "--dry-run");
  for (const command of [known, replan]) runToEnd(command);
  const seconds = inTurn([known, replan], 2 * runs, (command) => runToEnd(command).seconds);
  return [
    ms(`${MANY} trials of 10 epochs, planned: sweep --dry-run`, planning, 1000),
    ms("a trial besides its training, of one batch: (101 trials - 1) / 100", spreadOf(overheads), 30),
    ms(`a finished sweep of ${FEW} trials, nothing to do`, spreadOf(seconds.get(known)!), 150),
    ms(`${MANY} trials of 10 epochs, all known, planned again: sweep --dry-run`, spreadOf(seconds.get(replan)!), 1000),
  ];
}

/** Of another seed, no figure is known. */
function seed(run: number): string[] {
  return ["--set", `seed=${run + 1}`];
}

function sweep(folder: string, name: string, trials: number, epochs: number, ...args: string[]): CommandLine {
  const file = join(folder, `${name}.json`);
  const lr = { min: 0.0001, max: 0.1, scale: "log" };
  const experiment = {
    extends: relative(folder, TWO_LAYER),
    name,
    sweep: { method: "random", trials, parameters: { "train.optimizer.lr": lr } },
    pipeline: { batch: { rows: 64 }, split: { validation: 64 }, train: { epochs } },
  };
  Deno.writeTextFileSync(file, JSON.stringify(experiment));
  return commandOf(folder, "sweep", file, ...args);
}
