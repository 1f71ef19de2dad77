/**
 * The backend that stages compute with. It is chosen once for a whole process, before its first stage runs, and is no
 * argument of a stage: no bit of a result depends on it, so no key may.
 */
import { loadNative } from "../kernels/native.ts";
import { type Backend, plainBackend, wasmBackend } from "./backend.ts";

/** Kinds of kernels. */
export type KernelKind = "native" | "wasm" | "plain";

/** The only state that all code of a process shares. */
let chosen: Backend = wasmBackend;

/** The backend that was chosen last; at first, WebAssembly. */
export function chosenBackend(): Backend {
  return chosen;
}

/**
 * Chooses kernels; native ones are loaded from `libraries`, the path of a folder. Returns what they are called:
 * "native x86-64-v4", "wasm".
 * @throws NativeError, and changes nothing, if they cannot be loaded.
 */
export async function chooseKernels(kind: KernelKind, libraries: string): Promise<string> {
  if (kind !== "native") {
    chosen = kind === "plain" ? plainBackend : wasmBackend;
    return kind;
  }
  const { name, kernels } = await loadNative(libraries);
  chosen = { ...wasmBackend, kernels };
  return `native ${name}`;
}
