/** Finished runs without the running: what compare reads of them. */
import { join } from "node:path";
import { figures } from "../../../pipeline/classifier/figures.ts";
import {
  compareRuns,
  type Comparison,
  type ComparisonChoices,
  type StoredRun,
} from "../../../pipeline/compare/compare_runs.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { type Terms, termsOf } from "../../../pipeline/define/terms.ts";

/** The terms of the classifier. */
export const TERMS: Terms = termsOf(figures, ["seed", "split.seed", "batch.seed", "train.seed"]);

/** Compares runs by the classifier's terms. */
export function compared(runs: readonly StoredRun[], choices?: ComparisonChoices): Comparison {
  return compareRuns(runs, TERMS, choices);
}

/** What a test says of a run; the rest is the same in all of them. */
export interface Fake {
  name: string;
  seed?: number;
  lr?: number;
  model?: string[];
  reduction?: "sum" | "mean";
  accuracy: number;
  /** "Infinity", "-Infinity" or "NaN" as in metrics.json. */
  loss?: number | string | null;
  /** Further figures of metrics.json. */
  figures?: Record<string, unknown>;
}

/** A run. Seeds stand where the loader puts them: at the experiment and at both stages. */
export function fakeRun({ name, seed = 0, lr = 0.1, model, reduction = "sum", ...values }: Fake): StoredRun {
  const { accuracy, loss = 1, figures } = values;
  const train = {
    model: model ?? ["linear(784,10)", "softmax"],
    loss: { name: "cross-entropy", reduction, clamp: 1e-10 },
    optimizer: { name: "sgd", lr },
    epochs: 2,
    seed,
  };
  return {
    name,
    experiment: { seed, pipeline: { batch: { size: 64, seed }, train, validate: { batch_size: 64 } } },
    metrics: { run: name, accuracy, loss, loss_per_image: loss, train_loss: loss, epochs: 2, ...figures },
  };
}

/** Runs of one experiment over the seeds 0, 1, …: an accuracy each. */
export function seedsOf(name: string, accuracies: readonly number[], more: Partial<Fake> = {}): StoredRun[] {
  return accuracies.map((accuracy, seed) =>
    fakeRun({ name: seed === 0 ? name : `${name}@seed=${seed}`, seed, accuracy, ...more })
  );
}

/** Writes runs into a results folder, with a history of two epochs each. */
export function writeRuns(results: string, runs: readonly StoredRun[]): void {
  for (const { name, experiment, metrics } of runs) {
    const folder = join(results, name);
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(
      join(folder, "experiment.json"),
      JSON.stringify({ name: name.split("@")[0], ...experiment }),
    );
    Deno.writeTextFileSync(join(folder, "metrics.json"), JSON.stringify(metrics));
    const rows = [["epoch", "test_accuracy", "test_loss_per_image"], [0, 0.1, 2.3], [1, metrics.accuracy, 1]];
    Deno.writeTextFileSync(join(folder, "history.csv"), rows.map((row) => row.join(",")).join("\n") + "\n");
    sealRun(folder);
  }
}

/** Writes the digests of a run's files to its run.json, as the run itself does. */
export function sealRun(folder: string): void {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== "run.json");
  const files = names.map((name) => [name, digestOfBytes(Deno.readFileSync(join(folder, name)))]);
  Deno.writeTextFileSync(join(folder, "run.json"), JSON.stringify({ files: Object.fromEntries(files) }));
}
