/** The contract of losses. One file defines a loss. */
import { declared, type Written } from "../declared.ts";
import type { output, ZodObject, ZodRawShape } from "zod";
import type { Node, Recording } from "../autograd/recording.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The definition of a loss. */
export interface LossDefinition<P = Record<string, unknown>> {
  /** Its name in experiments: "cross-entropy". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Its fields in an experiment, in addition to "name". */
  readonly params: ZodRawShape;
  /** What the model must output. */
  readonly takes: "probabilities";
  /** How the losses of the rows are combined. */
  reduction(params: P): "sum" | "mean";
  /** The probability of the label below which a row has no gradient; 0 if every row has one. */
  clamp(params: P): number;
  /** Records the loss of a batch, `[1]`, from the model's output `[N, C]` and the labels `[N]`. */
  record(tape: Recording, output: Node, labels: Tensor<"uint8">, params: P): Node;
}

/** Declares a loss. */
export function defineLoss<S extends ZodRawShape>(
  loss: Written<LossDefinition<output<ZodObject<S>>>> & { readonly params: S },
): LossDefinition {
  return declared("losses", loss);
}
