import { type Backend, wasmBackend } from "./backend.ts";
import type { Tensor } from "./tensor.ts";

/** A tensor that training updates, with its gradient: torch.nn.Parameter. */
export interface Parameter {
  /** Its name in torch's state_dict: "0.weight". */
  readonly name: string;
  readonly value: Tensor;
  /** ∂loss/∂value, of the same shape. Undefined while `gradientIsZero`. */
  readonly gradient: Tensor;
  /** True after `zeroGradients`: the next backward overwrites the gradient instead of adding to it. */
  gradientIsZero: boolean;
}

/** Makes a tensor a parameter. */
export function parameterOf(name: string, value: Tensor, backend: Backend = wasmBackend): Parameter {
  return { name, value, gradient: backend.tensor(value.shape), gradientIsZero: true };
}

/** Like torch's zero_grad: the next backward overwrites gradients instead of adding to them. */
export function zeroGradients(parameters: readonly Parameter[]): void {
  for (const parameter of parameters) parameter.gradientIsZero = true;
}
