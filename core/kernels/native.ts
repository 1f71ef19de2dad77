/**
 * The kernels in native code, compiled from c/ for the widest vectors of this processor and called on WebAssembly's memory,
 * where all tensors are. Loading needs permission for `ffi`; what has been loaded stays usable when that is revoked.
 */
import { bindKernels, type Compiled } from "./bind.ts";
import type { Kernels } from "./kernels.ts";
import { buffer } from "./memory.ts";

const A = "usize";
/** The functions of a library and their parameters: addresses, sizes, and numbers. */
const FUNCTIONS = {
  gemmNt: [A, A, A, A, A, A, A],
  gemmTn: [A, A, A, A, A, A],
  gemmNn: [A, A, A, A, A, A],
  columnSum: [A, A, A, A, "i32"],
  relu: [A, A, A],
  reluBackward: [A, A, A, A, "i32"],
  exp: [A, A, A],
  log: [A, A, A],
  logBackward: [A, A, A, A, "i32"],
  add: [A, A, A, A],
  sub: [A, A, A, A],
  mul: [A, A, A, A],
  div: [A, A, A, A],
  scale: [A, A, A, "f32"],
  clamp: [A, A, A, "f32", "f32"],
  clampBackward: [A, A, A, A, "f32", "f32", "i32"],
  addNumber: [A, A, A, "f32"],
  addRow: [A, A, A, A, A],
  addScaled: [A, A, A, "f32"],
  addProduct: [A, A, A, A],
  copy: [A, A, A],
  fill: [A, A, "f32"],
  softmaxRows: [A, A, A, A],
  softmaxRowsBackward: [A, A, A, A, A, "i32"],
  pickLogLoss: [A, A, A, A, A, "f32"],
  pickLogLossBackward: [A, A, A, A, A, A, "f32", "i32"],
  sum: [A, A, A],
  sgdStep: [A, A, A, A, "f32", "f32", "f32", "f32", "i32", "i32"],
  gatherTable: [A, A, A, A, A, A],
  gatherRows: [A, A, A, A, A],
  gatherLabels: [A, A, A, A],
} as const satisfies Record<keyof Compiled, readonly Deno.NativeType[]>;

/** A reason why the libraries are not used, as a sentence for people. */
export class NativeError extends Error {
  override name = "NativeError";
}

/** The libraries for processors of this kind, the widest vectors last. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  x86_64: ["x86-64-v2", "x86-64-v3", "x86-64-v4"],
  aarch64: ["aarch64"],
};

/** The files of the libraries for this system in the folder built/ at this path; none if there are no such libraries. */
export function librariesIn(folder: string): string[] {
  return namesHere().map((name) => libraryFile(folder, name));
}

/**
 * Loads the library for this processor, or one with narrower vectors.
 * @param folder The path of the folder built/: the code that stages use names no files.
 * @param name The library, by default the best that this processor has instructions for: "x86-64-v3".
 * @throws NativeError if there is none for this system or it cannot be loaded.
 */
export function loadNative(folder: string, name?: string): { name: string; kernels: Kernels } {
  const names = namesHere();
  if (names.length === 0) throw new NativeError(`There are no native kernels for ${Deno.build.target}.`);
  const chosen = name ?? bestOf(folder, names);
  return { name: chosen, kernels: kernelsIn(libraryFile(folder, chosen)) };
}

function namesHere(): readonly string[] {
  return Deno.build.os === "linux" ? NAMES[Deno.build.arch] ?? [] : [];
}

function libraryFile(folder: string, name: string): string {
  return `${folder}/kernels.${name}.so`;
}

/** The library with the widest vectors that the processor has. */
function bestOf(folder: string, names: readonly string[]): string {
  if (names.length === 1) return names[0];
  const { level } = open(libraryFile(folder, names[0]), { level: { parameters: [], result: "i32" } });
  const found = level();
  if (found >= 2) return names[found - 2];
  throw new NativeError("This processor lacks instructions of x86-64-v2.");
}

function kernelsIn(file: string): Kernels {
  const functions = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, parameters]) => [name, { parameters, result: "void" } as const]),
  );
  const symbols = open(file, { ...functions, address: { parameters: ["buffer"], result: "usize" } });
  const address = symbols.address as (bytes: Uint8Array<ArrayBuffer>) => number | bigint;
  let known: ArrayBuffer | null = null;
  let base = 0;
  return bindKernels(symbols as unknown as Compiled, ({ ptr }) => {
    // Growing the memory replaces its buffer, and can move it.
    const current = buffer();
    if (current !== known) {
      known = current;
      base = Number(address(new Uint8Array(current)));
    }
    return base + ptr;
  });
}

/** Opens a library. @throws NativeError if that is impossible. */
function open<S extends Deno.ForeignLibraryInterface>(file: string, symbols: S): Deno.StaticForeignLibraryInterface<S> {
  try {
    return Deno.dlopen(file, symbols).symbols;
  } catch (error) {
    const reason = (error as Error).message.replace(/^(Could not open library: )+/, "");
    throw new NativeError(`The native kernels cannot be loaded: ${reason}.`);
  }
}
