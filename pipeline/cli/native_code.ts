/** Native code of a worker: what draws pictures, and the kernels. Both are loaded before code of the user runs. */
import { librariesIn, NativeError } from "../../core/kernels/native.ts";
import { chooseKernels, type KernelKind } from "../../core/tensor/chosen_backend.ts";
import { readInput } from "../engine/files/input_file.ts";
import { ProgramError } from "../engine/run_errors.ts";
import { loadDrawing } from "../results/load_drawing.ts";
import { LIBRARIES } from "./permissions.ts";
import { printWarnings } from "./terminal.ts";

/** Far more than a library has. */
const MAX_LIBRARY_BYTES = 1 << 24;

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
  loaded = loadKernels(kernels);
  Deno.permissions.revokeSync({ name: "ffi" });
}

function loadKernels(wanted: KernelKind | undefined): string {
  const files = librariesIn(LIBRARIES);
  const kind = wanted ?? (files.length > 0 ? "native" : "wasm");
  try {
    if (kind === "native") files.forEach(checkWhole);
    return chooseKernels(kind, LIBRARIES);
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    if (wanted !== undefined) {
      throw new ProgramError(`${error.message} Without --kernels, WebAssembly is used instead.`);
    }
    printWarnings([`${error.message} WebAssembly computes instead: the same bits, more slowly.`]);
    return chooseKernels("wasm", LIBRARIES);
  }
}

/** A file that was cut off, loaded, would end the process. @throws NativeError for one. */
function checkWhole(file: string): void {
  let bytes: Uint8Array<ArrayBuffer> | null;
  try {
    bytes = readInput(file, MAX_LIBRARY_BYTES);
  } catch {
    // A folder of data that holds the program is allowed, but nothing in the program's own.
    return;
  }
  // The loader says what is wrong with less than ELF's header.
  if (bytes === null || bytes.length < 64) return;
  const header = new DataView(bytes.buffer);
  // The last part is the table of sections: its place, the size of an entry, and their number.
  const end = Number(header.getBigUint64(40, true)) + header.getUint16(58, true) * header.getUint16(60, true);
  if (bytes.length >= end) return;
  throw new NativeError(`The native kernels cannot be loaded: ${file} has ${bytes.length} bytes of at least ${end}.`);
}
