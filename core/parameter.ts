/** Parameters: what training changes. */
import { type Backend, wasmBackend } from "./backend.ts";
import type { Tensor } from "./tensor.ts";

/** A tensor that training changes, with its gradient: torch.nn.Parameter. */
export interface Parameter {
  /** As in torch's state_dict: "0.weight". */
  readonly name: string;
  readonly value: Tensor;
  /** ∂loss/∂value, of the same shape. Meaningless while `gradientIsZero`. */
  readonly gradient: Tensor;
  /** True after `zeroGradients`: the next backward overwrites the gradient instead of adding to it. */
  gradientIsZero: boolean;
}

/** Makes a parameter of a tensor. */
export function parameterOf(name: string, value: Tensor, backend: Backend = wasmBackend): Parameter {
  return { name, value, gradient: backend.tensor(value.shape), gradientIsZero: true };
}

/**
 * Sets gradients to zero, as torch's zero_grad: without it `backward` adds to the gradients that are there (article
 * section "Gradient Descent - Using Pytorch"). Costs nothing: the next backward overwrites.
 */
export function zeroGradients(parameters: readonly Parameter[]): void {
  for (const parameter of parameters) parameter.gradientIsZero = true;
}
