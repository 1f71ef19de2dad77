/** The weights that a model applies to its input, for charts. */
import type { FinishedRun } from "../../define/finished_run.ts";
import { decodeSafetensors, type NamedTensor } from "../../formats/safetensors.ts";

/** The first weight of the model: a matrix `[out, in]`, or kernels `[out, in, height, width]`; undefined without either. */
export function firstWeights(run: Pick<FinishedRun, "artifact">): NamedTensor | undefined {
  const { tensors } = decodeSafetensors(run.artifact("checkpoint").bytes(), "checkpoint");
  return tensors.find(({ shape }) => shape.length > 1);
}

/** True if the first weight of the model is a matrix (2) or kernels (4). */
export function startsWith(run: Pick<FinishedRun, "artifact">, dimensions: 2 | 4): boolean {
  return firstWeights(run)?.shape.length === dimensions;
}
