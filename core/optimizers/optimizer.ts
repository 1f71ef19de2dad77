/** What an optimizer is: one file defines it. */
import type { ZodType } from "zod";
import type { Kernels } from "../kernels/kernels.ts";
import type { Tensor } from "../tensor.ts";

/** One step of one parameter. */
export interface OptimizerStep<P> {
  readonly k: Kernels;
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** The tensors that the optimizer keeps for this parameter, by the names in `state`; zero before the first step. */
  readonly state: Readonly<Record<string, Tensor>>;
  /** The step's number, 1 for the first; also right after a training was taken up again. */
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
  /** Its fields in an experiment, beside "name": a strict object with the field `name`, or a refinement of one. */
  readonly params: ZodType<P>;
  /** The tensors that it keeps for every parameter, of the parameter's shape; kept in checkpoints by these names. */
  state(params: P): readonly string[];
  /** Changes the parameter by its gradient; allocates nothing. */
  step(step: OptimizerStep<P>): void;
}

/** Declares an optimizer. */
export function defineOptimizer<P>(optimizer: OptimizerDefinition<P>): OptimizerDefinition {
  return optimizer as unknown as OptimizerDefinition;
}
