/** The contract of losses. One file defines a loss. */
import { declared, type Written } from "../declared.ts";
import type { ModelOutput } from "../model_output.ts";
import type { output, ZodObject, ZodRawShape } from "zod";
import type { Node, Recording } from "../autograd/recording.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The labels of a batch: class numbers, uint8 `[N]`, or numbers to predict, float32 `[N, T]`. */
export type Labels = Tensor<"uint8"> | Tensor;

/** The definition of a loss: it has either `record` or `recordTargets`. */
export interface LossDefinition<P = Record<string, unknown>> {
  /** Its name in experiments: "cross-entropy". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Its fields in an experiment, in addition to "name". */
  readonly params: ZodRawShape;
  /** What the model must output. */
  readonly takes: ModelOutput;
  /** How the losses of the rows are combined. */
  reduction(params: P): "sum" | "mean";
  /** The probability of the label below which a row has no gradient. Default: 0, every row has one. */
  clamp?(params: P): number;
  /** Records the loss of a batch, `[1]`, from the model's output `[N, C]` and class numbers `[N]`. */
  record?(tape: Recording, output: Node, labels: Tensor<"uint8">, params: P): Node;
  /** Records the loss of a batch, `[1]`, from the model's output and the numbers to predict, both `[N, T]`. */
  recordTargets?(tape: Recording, output: Node, targets: Tensor, params: P): Node;
}

/** A loss with its params, as chosen by an experiment. */
export interface ChosenLoss {
  readonly definition: LossDefinition;
  readonly params: Record<string, unknown>;
}

/** Declares a loss. */
export function defineLoss<S extends ZodRawShape>(
  loss: Written<LossDefinition<output<ZodObject<S>>>> & { readonly params: S },
): LossDefinition {
  return declared("losses", loss);
}

/** True if a loss compares with numbers to predict, and not with classes. */
export function takesTargets({ recordTargets }: LossDefinition): boolean {
  return recordTargets !== undefined;
}

/** Records the loss of a batch, `[1]`, with labels of the type that it takes. */
export function recordLoss({ definition, params }: ChosenLoss, tape: Recording, output: Node, labels: Labels): Node {
  if (definition.record) return definition.record(tape, output, labels as Tensor<"uint8">, params);
  return definition.recordTargets!(tape, output, labels as Tensor, params);
}
