/** The contract of optimizers. One file defines an optimizer. */
import { declared, type Written } from "../declared.ts";
import type { ZodType } from "zod";
import type { Kernels } from "../kernels/kernels.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The inputs of one step on one parameter. */
export interface OptimizerStep<P> {
  readonly k: Kernels;
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** The optimizer state of this parameter by the names in `state`; zero before the first step. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** The number of the step, from 1; a resumed training continues the count. */
  readonly t: number;
  readonly params: P;
}

/** The definition of an optimizer. */
export interface OptimizerDefinition<P = Record<string, unknown>> {
  /** Its name in experiments: "sgd". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Its fields in an experiment: a strict object with the literal field `name`, or a refinement of one. */
  readonly params: ZodType<P>;
  /** The names of the state tensors. Each parameter has one per name, of its own shape; checkpoints contain them. */
  state(params: P): readonly string[];
  /** Updates the parameter. Must not allocate: it runs in the training loop. */
  step(step: OptimizerStep<P>): void;
}

/** Declares an optimizer. */
export function defineOptimizer<P>(optimizer: Written<OptimizerDefinition<P>>): OptimizerDefinition {
  return declared("optimizers", optimizer);
}
