/** Native code of a worker: what draws pictures, and the kernels. Both are loaded before a stage or a figure computes. */
import { loadNative, NativeError, NoLibraryError } from "../../core/kernels/native.ts";
import { plainBackend, wasmBackend } from "../../core/tensor/backend.ts";
import { chooseBackend } from "../../core/tensor/chosen_backend.ts";
import { ProgramError } from "../engine/run_errors.ts";
import { loadDrawing } from "../results/load_drawing.ts";
import { LIBRARIES } from "./permissions.ts";
import { printSharedWarning } from "./terminal.ts";

/** Kinds of kernels. */
export type KernelKind = "native" | "wasm" | "plain";

/** The options that decide what computes. */
export interface Computing {
  /** Undefined: native, or WebAssembly where that cannot be loaded. */
  readonly kernels?: KernelKind;
  /** Undefined: the share of the processor's cores that each of the runs at a time has. */
  readonly threads?: number;
}

/** The kernels that compute, for people, and how many threads share their work. */
export interface KernelsInUse {
  /** "native x86-64-v4", "wasm". */
  readonly name: string;
  readonly threads: number;
}

let loading: Promise<void> | null = null;
let inUse: KernelsInUse | null = null;

/** The kernels that this process computes with; null until they are loaded. */
export function kernelsInUse(): KernelsInUse | null {
  return inUse;
}

/**
 * Loads the kernels and, if it `draws`, the canvas, once for the process, and drops the permission to load any other
 * native code: with it, any code could call the system. What is loaded stays usable. `runs` go on at a time, in processes of
 * their own.
 * @throws ProgramError if native kernels were requested and cannot be loaded.
 */
export function loadNativeCode(computing: Computing, draws: boolean, runs = 1): Promise<void> {
  return loading ??= load(computing, draws, runs);
}

async function load({ kernels, threads }: Computing, draws: boolean, runs: number): Promise<void> {
  try {
    if (draws) await loadDrawing();
    const share = Math.max(1, Math.floor(navigator.hardwareConcurrency / runs));
    inUse = await loadKernels(kernels, threads ?? share);
    if (threads === undefined || inUse.threads >= threads) return;
    printSharedWarning(`--threads ${threads} was requested, but ${inUse.threads} will compute.`);
  } finally {
    Deno.permissions.revokeSync({ name: "ffi" });
  }
}

async function loadKernels(kernels: KernelKind | undefined, threads: number): Promise<KernelsInUse> {
  if (kernels === "wasm" || kernels === "plain") return interpreted(kernels);
  try {
    const { name, kernels: native, setThreads, problem } = await loadNative(LIBRARIES);
    if (problem !== null) printSharedWarning(`${problem} The committed library computes instead.`);
    chooseBackend({ ...wasmBackend, kernels: native });
    return { name: `native ${name}`, threads: setThreads(threads) };
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    if (kernels !== undefined) {
      throw new ProgramError(`${error.message} Without --kernels, WebAssembly is used instead.`);
    }
    if (!(error instanceof NoLibraryError)) {
      printSharedWarning(`${error.message} WebAssembly computes instead: the same bits, more slowly.`);
    }
    return interpreted("wasm");
  }
}

function interpreted(name: "wasm" | "plain"): KernelsInUse {
  chooseBackend(name === "wasm" ? wasmBackend : plainBackend);
  return { name, threads: 1 };
}
