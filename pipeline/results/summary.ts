/** What a finished run amounts to, read from its artifacts: the figures that the files, charts and tables show. */
import type { Experiment } from "../experiment/schema.ts";
import type { StageResult } from "../engine/run/runner.ts";
import type { Artifact } from "../engine/stage/stage.ts";
import type { Evaluation } from "../classifier/stages/evaluator.ts";
import { readEvaluation, readMetrics } from "../classifier/stages/epoch_results.ts";
import { countParameters } from "../classifier/stages/train_params.ts";
import type { EpochMetrics } from "../classifier/stages/trainer.ts";
import type { Store } from "../engine/store/store.ts";
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
