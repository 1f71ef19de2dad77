/** Failures of the file system in words that say what to do, or passed over where the work can do without. */
import { dirname, resolve } from "node:path";
import { StoreError } from "../run_errors.ts";

/** What `work` gives, or null when the file `path` is not there. @throws StoreError for any other failure. */
export function orNull<T>(path: string, work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw asStoreError(path, error);
  }
}

/** What `work` gives, or null where the store refuses: for what is only good to have. */
export function unlessStoreFails<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

/** Does without what is only good to have where nothing may be written. */
export function whereAllowed(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!mayNotWrite(error)) throw asStoreError(path, error);
  }
}

/** True for the error, or its cause, of a folder that may only be read, by its mode or its mount. */
export function mayNotWrite(error: unknown): boolean {
  const cause = error instanceof StoreError ? error.cause : error;
  return cause instanceof Deno.errors.PermissionDenied || (cause as { code?: string } | undefined)?.code === "EROFS";
}

/** Does `work` on the file `path`. @throws StoreError that says what the file system had against it, and what to do. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asStoreError(path, error);
  }
}

/** A failure of the file system in words; any other error as it is. */
export function asStoreError(path: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const advice = error.message.includes("os error 28")
    ? "The disk is full: free some space, or choose another folder with --cache DIR."
    : error instanceof Deno.errors.NotCapable
    ? `Deno was not given the permission: RETRACE_ALLOW=--allow-write=${resolve(dirname(path))} deno task run …`
    : "Check that the folder is there and may be written, or choose another with --cache DIR.";
  return new StoreError(`The store cannot use ${path}: ${error.message}. ${advice}`, { cause: error });
}
