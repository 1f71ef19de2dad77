/** The library that this computer's own compiler makes, and the note beside it, which compile_here.ts writes. */

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

/** The note about the library in a folder; null if there is none, it cannot be read, or it is of another system. */
export async function localLibrary(folder: string): Promise<LocalLibrary | null> {
  try {
    const note: LocalLibrary = JSON.parse(await Deno.readTextFile(localNote(folder)));
    return note.target === Deno.build.target ? note : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}
