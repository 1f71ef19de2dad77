/** What an optimizer is: one file defines it. */
import type { ZodType } from "zod";
import type { Kernels } from "../kernels/kernels.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** One step of one parameter. */
export interface OptimizerStep<P> {
  readonly k: Kernels;
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** The tensors kept for this parameter, by the names in `state`; zero before the first step. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** The number of the step, 1 for the first; a resumed training continues the count. */
  readonly t: number;
  readonly params: P;
}

/** An optimizer, as one file defines it. */
export interface OptimizerDefinition<P = Record<string, unknown>> {
  /** As experiments write it: "sgd". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Its fields in an experiment: a strict object with the literal field `name`, or a refinement of one. */
  readonly params: ZodType<P>;
  /** The names of the tensors that it keeps for every parameter, of the parameter's shape; they go into checkpoints. */
  state(params: P): readonly string[];
  /** Updates the parameter by its gradient. Must not allocate: it runs in the training loop. */
  step(step: OptimizerStep<P>): void;
}

/** Declares an optimizer. */
export function defineOptimizer<P>(optimizer: OptimizerDefinition<P>): OptimizerDefinition {
  return optimizer as unknown as OptimizerDefinition;
}
