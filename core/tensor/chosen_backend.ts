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

/** The kernels that were chosen, for people, and how many threads share their work. */
export interface ChosenKernels {
  /** "native x86-64-v4", "wasm". */
  readonly name: string;
  readonly threads: number;
}

/**
 * Chooses kernels. Native ones are loaded from `libraries`, the path of a folder, and use so many threads; others use one.
 * @throws NativeError, and changes nothing, if they cannot be loaded.
 */
export async function chooseKernels(kind: KernelKind, libraries: string, threads: number): Promise<ChosenKernels> {
  if (kind !== "native") {
    chosen = kind === "plain" ? plainBackend : wasmBackend;
    return { name: kind, threads: 1 };
  }
  const { name, kernels, setThreads } = await loadNative(libraries);
  chosen = { ...wasmBackend, kernels };
  return { name: `native ${name}`, threads: setThreads(threads) };
}
