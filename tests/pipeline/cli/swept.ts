/** A small experiment with a sweep, the command, and what it leaves behind. */
import { join } from "node:path";
import type { SmallDataset } from "../../small_dataset.ts";
import { digestsIn } from "../results/written_run.ts";
import { type Outcome, retrace } from "./retrace.ts";

/** Nine trials of halving over nine epochs: 9 → 3 → 1. */
export const SECTION = {
  method: "halving",
  parameters: {
    "train.optimizer.lr": { min: 0.0001, max: 0.1, scale: "log" },
    "train.model.hidden": { values: [4, 8] },
  },
  trials: 9,
  min_epochs: 1,
  eta: 3,
};
/** Of a trial that is never stopped. */
export const EPOCHS = 9;

/** An experiment with a sweep. */
export function sweepFile(small: SmallDataset, sweep: Record<string, unknown> = SECTION, name = "swept"): string {
  const { pipeline } = small.experiment;
  const model = { layers: ["linear(784,hidden)", "relu", "linear(hidden,10)", "softmax"], hidden: 8 };
  const train = { ...pipeline.train, model, epochs: EPOCHS };
  return small.write(`${name}.json`, {
    ...small.experiment,
    name,
    sweep,
    pipeline: { ...pipeline, split: { validation: 64 }, train },
  });
}

/** The options for folders of their own. */
export function folders(small: SmallDataset, name: string): string[] {
  return ["--results", small.path(`${name}-results`), "--cache", small.path(`${name}-cache`)];
}

/** Runs `sweep FILE` with the folders of this name. */
export function sweep(small: SmallDataset, file: string, name: string, ...args: string[]): Promise<Outcome> {
  return retrace("sweep", file, ...folders(small, name), ...args);
}

/** The digests of the sweep's files and of its winner's results. */
export function filesOf(small: SmallDataset, name: string) {
  const results = small.path(`${name}-results`);
  const [folder] = [...Deno.readDirSync(results)].map((entry) => entry.name).filter((one) => one.endsWith(".sweep"));
  const report = JSON.parse(Deno.readTextFileSync(join(results, folder, "sweep.json")));
  return {
    report,
    trials: Deno.readTextFileSync(join(results, folder, "trials.csv")),
    winner: report.winner.runs.map((run: string) => digestsIn(join(results, run))),
  };
}
