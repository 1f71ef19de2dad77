/** What a finished run amounts to, read from its artifacts: the figures that the files, charts and tables show. */
import type { Experiment } from "../config/schema.ts";
import type { StageResult } from "../runner.ts";
import type { Artifact } from "../stage.ts";
import type { Evaluation } from "../stages/evaluator.ts";
import { readEvaluation, readMetrics } from "../stages/figures.ts";
import { countParameters } from "../stages/train_params.ts";
import type { EpochMetrics } from "../stages/trainer.ts";
import type { Store } from "../store.ts";
import { stallOf } from "./stall.ts";

/** A finished run. */
export interface Summary {
  runName: string;
  experiment: Experiment;
  stages: readonly StageResult[];
  /** Per epoch, 0 (untrained) first. */
  training: EpochMetrics[];
  evaluations: Evaluation[];
}

/** Reads a run's figures. */
export function summarize(
  runName: string,
  experiment: Experiment,
  stages: readonly StageResult[],
  store: Store,
): Summary {
  const each = (stage: string, output: string) =>
    stageOf(stages, stage).record.each![output].map((address) => store.artifact(address));
  return {
    runName,
    experiment,
    stages,
    training: each("train", "metrics").map(readMetrics),
    evaluations: each("validate", "evaluation").map(readEvaluation),
  };
}

/** The result of one stage. */
export function stageOf(stages: readonly StageResult[], name: string): StageResult {
  return stages.find(({ stage }) => stage === name)!;
}

/** An output of a stage as an artifact. */
export function outputOfRun(summary: Pick<Summary, "stages">, store: Store, stage: string, output: string): Artifact {
  return store.artifact(stageOf(summary.stages, stage).record.outputs[output]);
}

/** The final figures: the content of metrics.json. */
export function finalMetrics({ runName, experiment, training, evaluations }: Summary) {
  const { epoch, classes, confusion, ...final } = evaluations[evaluations.length - 1];
  const best = evaluations.reduce((best, one) => (one.accuracy > best.accuracy ? one : best));
  const { train_loss, train_accuracy } = training[training.length - 1];
  return {
    run: runName,
    epochs: epoch,
    parameters: countParameters(experiment.pipeline.train),
    ...final,
    train_loss,
    train_accuracy,
    ...stallOf({ training, evaluations }),
    best: { epoch: best.epoch, accuracy: best.accuracy, correct: best.correct },
    classes,
    confusion,
  };
}

/** The content of metrics.json. */
export type FinalMetrics = ReturnType<typeof finalMetrics>;
