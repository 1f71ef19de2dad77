/** The library that this computer's own compiler makes, and the note beside it, which compile_here.ts writes. */
import { jsonIn, NativeError, NO_FILE } from "./recorded_digests.ts";

/** Names of clang; `cc` is clang on macOS. Earlier ones than 17 lack `__builtin_elementwise_fma`, as gcc does. */
export const COMPILERS = ["clang", ...[22, 21, 20, 19, 18, 17].map((version) => `clang-${version}`), "cc"];

/** The library's name: its file is kernels.local.so. */
export const LOCAL = "local";

/** What is known of the library. */
export interface LocalLibrary {
  /** Its SHA-256. */
  readonly digest: string;
  /** The digest of the sources that it was made of. */
  readonly sources: string;
  /** The system that it was made for. */
  readonly target: string;
  /** The compiler, in its own words. */
  readonly compiler: string;
  /** Whether it is used where there is a committed library, too. */
  readonly isPreferred: boolean;
}

/** The note's file in the folder of the libraries. */
export function localNote(folder: string): string {
  return `${folder}/local.json`;
}

/** The note about the library in a folder; null if there is none for this system. @throws NativeError if damaged. */
export async function localLibrary(folder: string): Promise<LocalLibrary | null> {
  const file = localNote(folder);
  const found = await jsonIn(file);
  if ("instead" in found) {
    if (found.instead === NO_FILE) return null;
    throw damaged(file, found.instead);
  }
  if (!isNote(found.value)) throw damaged(file, "other values");
  return found.value.target === Deno.build.target ? found.value : null;
}

function isNote(value: unknown): value is LocalLibrary {
  const note = value as Partial<LocalLibrary> | null;
  return [note?.digest, note?.sources, note?.target].every((one) => typeof one === "string");
}

function damaged(file: string, found: string): NativeError {
  return new NativeError(
    `Expected a note about the kernels that were compiled here in ${file}, found ${found}. Remove it: ` +
      "deno task build:native --remove.",
  );
}
