/** Tensors to compute with. */
import { type Tensor, tensor } from "../core/tensor/tensor.ts";

/** A tensor of numbers that are neither zero nor denormal. */
export function filled(...shape: number[]): Tensor {
  const made = tensor(shape);
  for (let i = 0; i < made.size; i++) made.data[i] = (i % 17 - 8.5) / 64;
  return made;
}
