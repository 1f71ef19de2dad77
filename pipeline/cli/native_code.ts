/** Native code of a worker: what draws pictures, and the kernels. Both are loaded before code of the user runs. */
import { hasNative, NativeError } from "../../core/kernels/native.ts";
import { chooseKernels, type KernelKind } from "../../core/tensor/chosen_backend.ts";
import { ProgramError } from "../engine/run_errors.ts";
import { loadDrawing } from "../results/load_drawing.ts";
import { LIBRARIES } from "./permissions.ts";
import { printWarnings } from "./terminal.ts";

/** What the chosen kernels are called; null until they are loaded. */
let loaded: string | null = null;

/** The kernels that this process computes with: "native x86-64-v4", "wasm"; null as long as no stage has run. */
export function kernelsInUse(): string | null {
  return loaded;
}

/**
 * Loads the kernels and, if it `draws`, the canvas, once for the process, and drops the permission to load any other
 * native code: with it, any code could call the system. What is loaded stays usable. By default the kernels are native;
 * WebAssembly where there are none, with a warning if there should be.
 * @throws ProgramError if native kernels were requested and cannot be loaded.
 */
export async function loadNativeCode(kernels: KernelKind | undefined, draws: boolean): Promise<void> {
  if (loaded !== null) return;
  if (draws) await loadDrawing();
  loaded = await loadKernels(kernels);
  Deno.permissions.revokeSync({ name: "ffi" });
}

async function loadKernels(wanted: KernelKind | undefined): Promise<string> {
  try {
    return await chooseKernels(wanted ?? (hasNative() ? "native" : "wasm"), LIBRARIES);
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    if (wanted !== undefined) {
      throw new ProgramError(`${error.message} Without --kernels, WebAssembly is used instead.`);
    }
    printWarnings([`${error.message} WebAssembly computes instead: the same bits, more slowly.`]);
    return await chooseKernels("wasm", LIBRARIES);
  }
}
