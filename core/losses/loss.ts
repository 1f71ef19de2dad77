/** What a loss is: one file defines it. */
import type { output, ZodObject, ZodRawShape } from "zod";
import type { Node, Recording } from "../autograd/recording.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A loss, as one file defines it. */
export interface LossDefinition<P = Record<string, unknown>> {
  /** As experiments write it: "cross-entropy". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Its fields in an experiment, beside "name". */
  readonly params: ZodRawShape;
  /** What the model must put out. */
  readonly takes: "probabilities";
  /** How the losses of the rows become one number. */
  reduction(params: P): "sum" | "mean";
  /** A row whose label has a smaller probability than this has no gradient; 0 if every row has one. */
  clamp(params: P): number;
  /** Records the loss of a batch, a single number, from the model's output `[N, C]` and labels uint8 `[N]`. */
  record(tape: Recording, output: Node, labels: Tensor<"uint8">, params: P): Node;
}

/** Declares a loss. */
export function defineLoss<S extends ZodRawShape>(
  loss: LossDefinition<output<ZodObject<S>>> & { readonly params: S },
): LossDefinition {
  return loss as unknown as LossDefinition;
}
