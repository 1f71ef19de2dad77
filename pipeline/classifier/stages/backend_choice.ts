/** The kernels that a stage computes with. The bits are the same; the speed is not. */
import type { Backend } from "../../../core/tensor/backend.ts";

/**
 * With this flag, V8 fuses pairs of 128-bit instructions into 256-bit ones, on x86-64 with AVX2. Without AVX2, V8
 * accepts the flag but fuses nothing, and the wide products are then two to three times slower than the plain ones.
 */
export const V8_FLAG = "--experimental-wasm-revectorize";
/** The variable through which Deno passes flags to V8. */
export const V8_FLAGS_VARIABLE = "DENO_V8_FLAGS";

/** The wide products if V8 was started with the flag for them (`DENO_V8_FLAGS`), or else the plain ones. */
export async function fastestBackend(): Promise<Backend> {
  const { wasmBackend } = await import("../../../core/tensor/backend.ts");
  // Loading the wide kernels compiles them.
  return joinsPairs() ? { ...wasmBackend, kernels: (await import("../../../core/kernels/wide.ts")).wide } : wasmBackend;
}

/** True if V8 was started with the flag; false without permission to read the variable. */
export function joinsPairs(): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: V8_FLAGS_VARIABLE });
  return state === "granted" && (Deno.env.get(V8_FLAGS_VARIABLE) ?? "").split(",").includes(V8_FLAG);
}
