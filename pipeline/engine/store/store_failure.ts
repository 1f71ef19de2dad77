/** Failures of the file system: explained, with what to do about them, or ignored for optional work. */
import { ObstacleError, reasonOf } from "../files/entry.ts";
import { Tree } from "../files/tree.ts";
import { StoreError } from "../run_errors.ts";

/** The files of the cache folder `root`. Failures are StoreErrors. */
export function storeTree(root: string): Tree {
  return new Tree(root, asStoreError);
}

/** Returns the result of `work`, or null if the store cannot be used. For optional work only. */
export function unlessStoreFails<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

/**
 * Returns what `work` reads of a file, or null if this file cannot be read, whatever the reason: it is then as good as
 * damaged. @throws StoreError if the reason is not the file: what is around it, or what this process may do and has.
 */
export function ifReadable<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const cause = error instanceof StoreError ? error.cause : undefined;
    const isOfFile = cause instanceof Error && !(cause instanceof ObstacleError) &&
      !(cause instanceof Deno.errors.NotCapable) && !SHORTAGES.includes(codeOf(cause));
    if (isOfFile) return null;
    throw error;
  }
}

/** Too many open files, and too little memory: they say nothing about a file. */
const SHORTAGES = ["EMFILE", "ENFILE", "ENOMEM"];

/** Does optional work, or nothing if the folder is read-only. */
export function whereAllowed(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isReadOnly(error)) throw error;
  }
}

/** True if the error, or its cause, is that a folder is read-only, by its mode or its mount. */
export function isReadOnly(error: unknown): boolean {
  const cause = error instanceof StoreError ? error.cause : error;
  return cause instanceof Deno.errors.PermissionDenied || codeOf(cause) === "EROFS";
}

/** A StoreError that explains a failure of the file system, and what to do. */
export function asStoreError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  if (error instanceof ObstacleError) {
    const found = error.message[0].toUpperCase() + error.message.slice(1);
    return new StoreError(`${found}. Remove it, or choose another cache with --cache DIR.`, { cause: error });
  }
  const advice = error instanceof Deno.errors.NotCapable
    ? "This process was not given permission to use it."
    : ADVICE[codeOf(error)] ?? "Check that the folder exists and is writable, or choose another with --cache DIR.";
  return new StoreError(`The store cannot use ${path}: ${reasonOf(error)}. ${advice}`, { cause: error });
}

const NO_ACCESS =
  "Make it, and the folders around it, readable and writable for you (chmod u+rwX), or choose another " +
  "cache with --cache DIR.";
const FULL = "The disk is full: free some space, or choose another folder with --cache DIR.";
const TOO_MANY = "Too many files are open: end other programs, or allow more (ulimit -n).";

/** What to do, by the system's code of the failure. */
const ADVICE: Record<string, string> = {
  EACCES: NO_ACCESS,
  EPERM: NO_ACCESS,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
  EROFS: "The file system is read-only: choose another folder with --cache DIR.",
  EIO: "The disk may be failing: check it, move the file or folder away, or choose another cache with --cache DIR.",
  ENAMETOOLONG: "Choose a shorter path with --cache DIR.",
};

/** The system's code of a failure, as in ENOSPC; empty if there is none. */
function codeOf(error: unknown): string {
  return String((error as { code?: string } | undefined)?.code ?? "");
}
