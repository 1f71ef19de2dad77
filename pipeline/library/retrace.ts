/**
 * The library: what code of your own imports as "retrace". A definition is an export of a module that an experiment names
 * in "uses"; docs/your-own.md shows how.
 * @module
 */
export { z } from "zod";
// What is defined, in the order of the chapters of docs/your-own.md.
export { artifactKind, defineFold, defineStage, eachStep, type Kind, only } from "../define/define_stage.ts";
export { defineLayer, type LayerContext, type LayerDefinition } from "../../core/layers/layer.ts";
export { defineLoss, type LossDefinition } from "../../core/losses/loss.ts";
export { defineOptimizer, type OptimizerDefinition, type OptimizerStep } from "../../core/optimizers/optimizer.ts";
export { defineSchedule, type ScheduleDefinition, type ScheduleTick } from "../../core/schedules/schedule.ts";
export { defineInit, type InitDefinition } from "../../core/inits/initialization.ts";
export {
  type AugmentationDefinition,
  defineAugmentation,
  type ImageForm,
} from "../../core/augmentations/augmentation.ts";
export { defineFigure, type FigureDefinition } from "../define/figure.ts";
export { type ChartDefinition, defineChart } from "../define/chart.ts";
export { defineExport, type ExportDefinition } from "../define/export.ts";
export { defineTarget, type TargetDefinition } from "../define/target.ts";
export {
  type Bracket,
  type Choices,
  defineSearch,
  type Parameter,
  type SearchDefinition,
  type Space,
} from "../define/search.ts";
export {
  defineFormat,
  type ExampleFile,
  type Examples,
  type FormatDefinition,
  type NumberArray,
  type Target,
} from "../define/format.ts";
export { type DatasetDefinition, defineDataset } from "../define/dataset.ts";
export { defineSource, hostOf, type SourceDefinition } from "../define/source.ts";
export { type CheckDefinition, defineCheck } from "../define/experiment_check.ts";
// What definitions are given and give back.
export type { FinishedRun } from "../define/finished_run.ts";
export type { Artifact, Produced } from "../engine/stage/artifact.ts";
export type { Progress, StageContext } from "../engine/stage/stage.ts";
export { curve, type Drawing, type Images, type Lines, type Marks, type Matrix, type Traces } from "../charts/marks.ts";
export { type Dataset, dataset, firstOrder, predictions } from "../classifier/kinds/dataset_kind.ts";
export { files } from "../classifier/kinds/files_kind.ts";
export { jsonKind } from "../formats/json_kind.ts";

export {
  batches,
  type EpochMetrics,
  type Evaluation,
  evaluation,
  metrics,
  moments,
} from "../classifier/kinds/json_kinds.ts";
export { checkpoint, optimizerState } from "../classifier/kinds/checkpoint.ts";
export { type Confusion, confusionTable } from "../classifier/kinds/confusion_matrix.ts";
// What numbers are computed with.
export { add, addRow, clamp, exp, log, matmul, mul, scale, sub } from "../../core/ops/arithmetic.ts";
export { mean, sum } from "../../core/ops/reduce.ts";
export { type ElementwiseFunction, elementwiseOp } from "../../core/ops/elementwise.ts";
export { linearOp } from "../../core/layers/linear.ts";
export { reluOp } from "../../core/layers/relu.ts";
export type { Op, Shape } from "../../core/ops/op.ts";
export type { Node, Recording } from "../../core/autograd/recording.ts";
export type { Tensor } from "../../core/tensor/tensor.ts";
export { Generator } from "../../core/random/generator.ts";
export { FormatError, ShapeError } from "../../core/errors.ts";
export { DownloadError } from "../engine/run_errors.ts";
// To run experiments from a program.
export { type ExperimentRun, runExperiment, type RunExperimentOptions } from "./run_experiment.ts";
