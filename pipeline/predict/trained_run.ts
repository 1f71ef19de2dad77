/** A trained model, and what is known of the run that trained it: all that new examples need. */
import type { DatasetNames } from "../classifier/kinds/dataset_names.ts";
import type { Experiment } from "../define/experiment.ts";
import type { TrainedModel } from "./classifier.ts";
import { isMnistShape } from "./mnist_form.ts";

/** The results of a run that prediction needs. */
export interface TrainedRun extends TrainedModel {
  /** The names of classes, columns and targets; empty lists where there are none. */
  readonly names: DatasetNames;
  readonly experiment: Experiment;
}

/** Whether a run's examples are MNIST's digits, or a part of them under a name such as mnist-small. */
export function readsDigits({ pipeline }: TrainedRun["experiment"], shape: readonly number[]): boolean {
  const { dataset } = pipeline.download ?? {};
  return typeof dataset === "string" && /^mnist(-|$)/.test(dataset) && isMnistShape(shape);
}
