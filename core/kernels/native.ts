/**
 * The kernels in native code, compiled from c/ for the widest vectors of this processor and called on WebAssembly's memory,
 * where all tensors are. Loading needs permission for `ffi`; what has been loaded stays usable when that is revoked.
 */
import { ACTIVATION_FUNCTIONS } from "./activation_kernels.ts";
import { ADAPTIVE_FUNCTIONS } from "./adaptive.ts";
import { bindKernels } from "./bind.ts";
import type { Compiled } from "./binding.ts";
import { CONVOLUTION_FUNCTIONS } from "./convolution.ts";
import { DRAW_FUNCTIONS } from "./draws.ts";
import type { Kernels } from "./kernels.ts";
import { LIKELIHOOD_FUNCTIONS } from "./likelihood.ts";
import { LOCAL, type LocalLibrary, localLibrary } from "./local_library.ts";
import { buffer } from "./memory.ts";
import { NORMALIZATION_FUNCTIONS } from "./normalization.ts";
import { POOLING_FUNCTIONS } from "./pooling.ts";
import { NativeError, recordedDigest, sha256 } from "./recorded_digests.ts";
import { hasExactBits } from "./self_check.ts";

const A = "usize";
/** The functions of a library and their parameters: addresses, sizes, and numbers. */
const FUNCTIONS = {
  ...CONVOLUTION_FUNCTIONS,
  ...POOLING_FUNCTIONS,
  ...DRAW_FUNCTIONS,
  ...NORMALIZATION_FUNCTIONS,
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
  ...ADAPTIVE_FUNCTIONS,
  gatherTable: [A, A, A, A, A, A],
  gatherRows: [A, A, A, A, A],
  gatherLabels: [A, A, A, A],
  ...ACTIVATION_FUNCTIONS,
  ...LIKELIHOOD_FUNCTIONS,
} as const satisfies Record<keyof Compiled, readonly Deno.NativeType[]>;

export { NativeError };

/** There is no library for this system. */
export class NoLibraryError extends NativeError {
  override name = "NoLibraryError";
}

/** A library that is in use. */
export interface NativeKernels {
  /** "x86-64-v3". */
  readonly name: string;
  readonly kernels: Kernels;
  /**
   * Has this many threads of the process, the caller included, share the work of each kernel that is worth it; at first
   * there is one. Returns how many there are: the system can refuse some.
   */
  setThreads(count: number): number;
  /** Why the library that was compiled here was not used, though it may be preferred; null if it was, or there is none. */
  readonly problem: string | null;
}

/** The libraries for processors of this kind, the widest vectors last. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  x86_64: ["x86-64-v2", "x86-64-v3", "x86-64-v4"],
  aarch64: ["aarch64"],
};

/** Whether there are committed libraries for this system. */
export function hasNative(): boolean {
  return namesHere().length > 0;
}

/**
 * Loads a library and tests it on a few numbers. Needs permission to read and to load what is in the folder.
 * @param folder The path of the libraries and their digests, built/: code that stages use names no files.
 * @param name A library of `usableLibraries`, by default the last of them: "x86-64-v3".
 * @throws NativeError if there is none for this system, it cannot be loaded, or it computes other bits than it should.
 */
export async function loadNative(folder: string, name?: string): Promise<NativeKernels> {
  const { names, problem } = await librariesIn(folder);
  if (name !== undefined && !names.includes(name)) {
    throw new NativeError(
      `Expected native kernels that this processor can run (${names.join(", ")}), found "${name}".`,
    );
  }
  const best = name ?? names[names.length - 1];
  const committed = names.filter((one) => one !== LOCAL);
  try {
    return { ...await load(folder, best), problem };
  } catch (error) {
    // The one that was compiled here becomes old with every change of the sources.
    if (name !== undefined || best !== LOCAL || committed.length === 0 || !(error instanceof NativeError)) throw error;
    return { ...await load(folder, committed[committed.length - 1]), problem: error.message };
  }
}

async function load(folder: string, name: string): Promise<Omit<NativeKernels, "problem">> {
  return { name, ...await loadFile(await intactLibrary(folder, name)) };
}

/** Loads a library and tests it on a few numbers, whatever its digest. @throws NativeError */
export async function loadFile(file: string): Promise<Pick<NativeKernels, "kernels" | "setThreads">> {
  const { kernels, setThreads } = await attempt(() => kernelsIn(file));
  if (hasExactBits(kernels)) return { kernels, setThreads };
  throw new NativeError(`${file} computes other bits than the plain kernels do, so it is not used.`);
}

/**
 * The libraries that this processor can run, the best one last: that with the widest vectors, or the preferred one.
 * @throws NativeError if there are none.
 */
export async function usableLibraries(folder: string): Promise<readonly string[]> {
  return (await librariesIn(folder)).names;
}

/** The usable libraries, and why the one that was compiled here is not among them though it has a note. */
async function librariesIn(folder: string): Promise<{ names: readonly string[]; problem: string | null }> {
  const committed = await committedLibraries(folder);
  let local: LocalLibrary | null;
  try {
    local = await attempt(() => localLibrary(folder));
  } catch (error) {
    if (committed.length === 0) throw error;
    return { names: committed, problem: (error as Error).message };
  }
  const names = local === null ? committed : local.isPreferred ? [...committed, LOCAL] : [LOCAL, ...committed];
  if (names.length > 0) return { names, problem: null };
  if (hasNative()) {
    throw new NativeError(
      `There are no native kernels for this processor: it lacks instructions of ${namesHere()[0]}. ` +
        "To compile them here: deno task build:native.",
    );
  }
  throw new NoLibraryError(
    `There are no native kernels for ${Deno.build.target}. To compile them here: deno task build:native.`,
  );
}

/** The committed libraries that this processor has instructions for, the widest vectors last. @throws NativeError */
export async function committedLibraries(folder: string): Promise<readonly string[]> {
  const names = namesHere();
  if (names.length < 2) return names;
  const file = await intactLibrary(folder, names[0]);
  const { level } = await attempt(() => Deno.dlopen(file, { level: { parameters: [], result: "i32" } }).symbols);
  // Level 2 is the first library.
  return names.slice(0, level() - 1);
}

/** The file of a library, which is read first: loading one that is damaged can end the process. @throws NativeError */
async function intactLibrary(folder: string, name: string): Promise<string> {
  const file = `${folder}/kernels.${name}.so`;
  const local = name === LOCAL ? await attempt(() => localLibrary(folder)) : null;
  const recorded = await attempt(() => recordedDigest(folder, local === null ? `kernels.${name}.so` : "sources"));
  const digest = await attempt(async () => await sha256(await Deno.readFile(file)));
  if (local !== null && local.sources !== recorded) {
    throw new NativeError(
      `${file} was compiled from other sources than those that are here now. Compile it again: deno task build:native.`,
    );
  }
  if (digest === (local === null ? recorded : local.digest)) return file;
  throw new NativeError(
    `${file} is damaged: its SHA-256 is not the one in ${local === null ? "digests.json" : "local.json"} beside it.`,
  );
}

function namesHere(): readonly string[] {
  return Deno.build.os === "linux" ? NAMES[Deno.build.arch] ?? [] : [];
}

function kernelsIn(file: string): Pick<NativeKernels, "kernels" | "setThreads"> {
  const functions = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, parameters]) => [name, { parameters, result: "void" } as const]),
  );
  const { symbols } = Deno.dlopen(file, {
    ...functions,
    address: { parameters: ["buffer"], result: "usize" },
    // Only on Linux.
    setThreads: { parameters: ["i32"], result: "i32", optional: true },
  });
  const address = symbols.address as (bytes: Uint8Array<ArrayBuffer>) => number | bigint;
  let known: ArrayBuffer | null = null;
  let base = 0;
  const kernels = bindKernels(symbols as unknown as Compiled, (operand) => {
    if (operand === null) return 0;
    // Growing the memory replaces its buffer, and can move it.
    const current = buffer();
    if (current !== known) {
      known = current;
      base = Number(address(new Uint8Array(current)));
    }
    return base + operand.ptr;
  });
  return { kernels, setThreads: symbols.setThreads ?? (() => 1) };
}

/** What `load` returns. @throws NativeError if that is impossible. */
async function attempt<T>(load: () => T | Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof NativeError) throw error;
    throw new NativeError(`The native kernels cannot be loaded: ${(error as Error).message}.`);
  }
}
