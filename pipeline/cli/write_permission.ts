/** Write permission, checked before any work starts. */
import { resolve } from "node:path";
import { UsageError } from "../engine/run_errors.ts";

/** @throws UsageError if a folder may not be written to; it says how to allow it. */
export function requireWritePermission(task: string, folders: readonly string[]): void {
  const denied = folders.map((folder) => resolve(folder)).filter((folder) => !mayWrite(folder));
  if (denied.length === 0) return;
  // The task's shell splits the variable at spaces, and Deno the list at commas.
  const isPlain = denied.every((path) => !/[\s,"'$\\]/.test(path));
  throw new UsageError(
    `${task} has no write permission for ${denied.join(" and ")}. ` +
      `Grant it: RETRACE_ALLOW=--allow-write${isPlain ? `=${denied.join(",")}` : ""} deno task ${task} …`,
  );
}

/** Whether this process may write to a path. */
export function mayWrite(path: string): boolean {
  return Deno.permissions.querySync({ name: "write", path }).state === "granted";
}
