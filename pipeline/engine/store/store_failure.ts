/** Failures of the file system: explained, with what to do about them, or ignored for optional work. */
import { dirname, resolve } from "node:path";
import { StoreError } from "../run_errors.ts";

/** Returns the result of `work`, or null if a file that it needs does not exist. */
export function ifFound<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Like `ifFound`, for work on the file `path`. @throws StoreError for any other failure. */
export function orNull<T>(path: string, work: () => T): T | null {
  return explained(path, () => ifFound(work));
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

/** Does optional work on the file `path`, or nothing if the folder is read-only. */
export function whereAllowed(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isReadOnly(error)) throw asStoreError(path, error);
  }
}

/** True if the error, or its cause, is that a folder is read-only, by its mode or its mount. */
export function isReadOnly(error: unknown): boolean {
  const cause = error instanceof StoreError ? error.cause : error;
  return cause instanceof Deno.errors.PermissionDenied || (cause as { code?: string } | undefined)?.code === "EROFS";
}

/** Returns the result of `work` on the file `path`. @throws StoreError that explains a failure and what to do. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asStoreError(path, error);
  }
}

/** A StoreError that explains a failure of the file system. */
export function asStoreError(path: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const advice = error.message.includes("os error 28")
    ? "The disk is full: free some space, or choose another folder with --cache DIR."
    : error instanceof Deno.errors.NotCapable
    ? `Deno was not given permission: RETRACE_ALLOW=--allow-write=${resolve(dirname(path))} deno task run …`
    : "Check that the folder exists and is writable, or choose another with --cache DIR.";
  return new StoreError(`The store cannot use ${path}: ${error.message}. ${advice}`, { cause: error });
}
