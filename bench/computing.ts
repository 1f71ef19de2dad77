/** The kernels that a benchmark times. */
import { hasNative, loadNative } from "../core/kernels/native.ts";
import { type Backend, plainBackend, wasmBackend } from "../core/tensor/backend.ts";
import { LIBRARIES } from "../pipeline/cli/permissions.ts";
import { optional } from "../pipeline/cli/option.ts";

/** The option of benchmarks that chooses them. */
export const kernels = optional(
  "NAME",
  "what computes: native (the default where there is a library), wasm, plain, or a library such as x86-64-v3",
);

/** A backend with its name: "native x86-64-v4". */
export interface TimedBackend {
  name: string;
  backend: Backend;
}

/** The backend of this name, with so many threads. @throws NativeError if it cannot be loaded. */
export async function backendOf(name: string = hasNative() ? "native" : "wasm", threads = 1): Promise<TimedBackend> {
  const others: Record<string, Backend | undefined> = { wasm: wasmBackend, plain: plainBackend };
  const other = others[name];
  if (other !== undefined) return { name, backend: other };
  const native = await loadNative(LIBRARIES, name === "native" ? undefined : name);
  native.setThreads(threads);
  return { name: `native ${native.name}`, backend: { ...wasmBackend, kernels: native.kernels } };
}
