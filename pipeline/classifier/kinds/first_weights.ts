/** The weights that a model applies to its input, for charts. */
import { parameterSpecs, parseModel } from "../../../core/layers/model_layers.ts";
import type { FinishedRun } from "../../define/figure.ts";
import { decodeSafetensors, type NamedTensor } from "../../formats/safetensors.ts";
import { paramsOf } from "./run_params.ts";

/** The first weight of the model: a matrix `[out, in]`, or kernels `[out, in, height, width]`; undefined without either. */
export function firstWeights(run: Pick<FinishedRun, "artifact">): NamedTensor | undefined {
  const { tensors } = decodeSafetensors(run.artifact("checkpoint").bytes(), "checkpoint");
  return tensors.find(({ shape }) => shape.length > 1);
}

/** True if these are the kernels of a convolution; the model says so, without its weights. */
export function startsWithKernels({ experiment, library }: Pick<FinishedRun, "experiment" | "library">): boolean {
  if (experiment.pipeline.train === undefined) return false;
  const specs = parameterSpecs(parseModel(paramsOf(experiment).model, library.layers));
  return specs.find(({ spec }) => spec.shape.length > 1)?.spec.shape.length === 4;
}
