/** Who computes, with the wide matrix products. A module of its own: to load it is to compile them. */
import { type Backend, wasmBackend } from "./backend.ts";
import { wide } from "./kernels/wide.ts";

/** Strict-SIMD WebAssembly with the wide products of kernels/wide.ts. */
export const wideBackend: Backend = { ...wasmBackend, kernels: wide };
