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
  return cause instanceof Deno.errors.PermissionDenied || (cause as { code?: string } | undefined)?.code === "EROFS";
}

/** A StoreError that explains a failure of the file system, and what to do. */
export function asStoreError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  if (error instanceof ObstacleError) {
    const found = error.message[0].toUpperCase() + error.message.slice(1);
    return new StoreError(`${found}. Remove it, or choose another cache with --cache DIR.`, { cause: error });
  }
  const advice = error.message.includes("os error 28")
    ? "The disk is full: free some space, or choose another folder with --cache DIR."
    : error instanceof Deno.errors.NotCapable
    ? "This process was not given permission to use it."
    : "Check that the folder exists and is writable, or choose another with --cache DIR.";
  return new StoreError(`The store cannot use ${path}: ${reasonOf(error)}. ${advice}`, { cause: error });
}
