/** Native code of a worker: what draws pictures, and the kernels. Both are loaded before code of the user runs. */
import { NativeError, NoLibraryError } from "../../core/kernels/native.ts";
import { chooseKernels, type ChosenKernels, type KernelKind } from "../../core/tensor/chosen_backend.ts";
import { ProgramError } from "../engine/run_errors.ts";
import { loadDrawing } from "../results/load_drawing.ts";
import { LIBRARIES } from "./permissions.ts";
import { printSharedWarning } from "./terminal.ts";

/** The options that decide what computes. */
export interface Computing {
  /** Undefined: native, or WebAssembly where that cannot be loaded. */
  readonly kernels?: KernelKind;
  /** Undefined: the share of the processor's cores that each of the runs at a time has. */
  readonly threads?: number;
}

let loaded: ChosenKernels | null = null;

/** The kernels that this process computes with; null as long as no stage has run. */
export function kernelsInUse(): ChosenKernels | null {
  return loaded;
}

/**
 * Loads the kernels and, if it `draws`, the canvas, once for the process, and drops the permission to load any other
 * native code: with it, any code could call the system. What is loaded stays usable. `runs` go on at a time, in processes of
 * their own.
 * @throws ProgramError if native kernels were requested and cannot be loaded.
 */
export async function loadNativeCode(computing: Computing, draws: boolean, runs = 1): Promise<void> {
  if (loaded !== null) return;
  if (draws) await loadDrawing();
  const share = Math.max(1, Math.floor(navigator.hardwareConcurrency / runs));
  loaded = await loadKernels(computing.kernels, computing.threads ?? share);
  Deno.permissions.revokeSync({ name: "ffi" });
}

async function loadKernels(kernels: KernelKind | undefined, threads: number): Promise<ChosenKernels> {
  try {
    return await chooseKernels(kernels ?? "native", LIBRARIES, threads);
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    if (kernels !== undefined) {
      throw new ProgramError(`${error.message} Without --kernels, WebAssembly is used instead.`);
    }
    if (!(error instanceof NoLibraryError)) {
      printSharedWarning(`${error.message} WebAssembly computes instead: the same bits, more slowly.`);
    }
    return await chooseKernels("wasm", LIBRARIES, 1);
  }
}
