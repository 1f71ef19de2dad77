/**
 * Who computes: the kernels, and the tensors that belong to them. Models, tape and optimizers are given a backend and
 * name none of its kernels' makers, so that the same code runs on SIMD, on the plain twins, or on float64 twins.
 */
import type { Kernels } from "./kernels/kernels.ts";
import { kernels } from "./kernels/mod.ts";
import { plain } from "./kernels/plain.ts";
import { partOf, type Tensor, tensor } from "./tensor.ts";

/** Kernels, and the maker of the tensors that they compute with. */
export interface Backend {
  readonly kernels: Kernels;
  /** A tensor of zeros. */
  tensor(shape: readonly number[]): Tensor;
  /** A tensor over numbers that another one holds, from its number `offset` on. */
  part(whole: Tensor, offset: number, shape: readonly number[]): Tensor;
}

/** Strict-SIMD WebAssembly: what every run computes with. */
export const wasmBackend: Backend = { kernels, tensor: (shape) => tensor(shape), part: partOf };

/** The plain TypeScript twins: the same bits, some thirty times as slow. */
export const plainBackend: Backend = { kernels: plain, tensor: (shape) => tensor(shape), part: partOf };
