/** Backends: models, tapes and optimizers get their kernels, and the tensors for them, as an argument. */
import type { Kernels } from "../kernels/kernels.ts";
import { plain } from "../kernels/plain.ts";
import { wasm } from "../kernels/wasm.ts";
import { type Tensor, tensor, viewOf } from "./tensor.ts";

/** Kernels and their tensors. */
export interface Backend {
  readonly kernels: Kernels;
  /** Makes a tensor of zeros. */
  tensor(shape: readonly number[]): Tensor;
  /** Makes a view of part of a tensor, from element `offset` on. */
  part(whole: Tensor, offset: number, shape: readonly number[]): Tensor;
}

/** WebAssembly SIMD: the default. */
export const wasmBackend: Backend = {
  kernels: wasm,
  tensor: (shape) => tensor(shape),
  part: (whole, offset, shape) => viewOf(whole, offset * Float32Array.BYTES_PER_ELEMENT, shape, "float32"),
};

/** Plain TypeScript: the same bits, about thirty times slower. */
export const plainBackend: Backend = { ...wasmBackend, kernels: plain };
