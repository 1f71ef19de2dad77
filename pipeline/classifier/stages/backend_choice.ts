/** Which kernels a stage computes with: the bits are the same, the speed is not. */
import type { Backend } from "../../../core/tensor/backend.ts";

/**
 * With it V8 joins pairs of 128-bit instructions into 256-bit ones, on x86-64 with AVX2. It is not for processors without
 * AVX2: V8 takes it there and joins nothing, and the wide products are then two to three times slower than the plain ones.
 */
export const V8_FLAG = "--experimental-wasm-revectorize";
/** Where Deno is given V8's flags. */
export const V8_FLAGS_VARIABLE = "DENO_V8_FLAGS";

/** The wide products where V8 was started with the flag for them (`DENO_V8_FLAGS`), and the plain ones elsewhere. */
export async function fastestBackend(): Promise<Backend> {
  const { wasmBackend } = await import("../../../core/tensor/backend.ts");
  // To load the wide kernels is to compile them.
  return joinsPairs() ? { ...wasmBackend, kernels: (await import("../../../core/kernels/wide.ts")).wide } : wasmBackend;
}

/** Whether V8 was started so; false where the variable may not be read. */
export function joinsPairs(): boolean {
  const { state } = Deno.permissions.querySync({ name: "env", variable: V8_FLAGS_VARIABLE });
  return state === "granted" && (Deno.env.get(V8_FLAGS_VARIABLE) ?? "").split(",").includes(V8_FLAG);
}
