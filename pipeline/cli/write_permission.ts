/** Whether a command may write where it is going to, asked before any work starts. */
import { resolve } from "node:path";
import { UsageError } from "../engine/run_errors.ts";

/**
 * Checks that folders may be written to.
 * @throws UsageError that says how to allow it.
 */
export function requireWritePermission(task: string, folders: readonly string[]): void {
  const refused = folders.map((folder) => resolve(folder)).filter((folder) => !mayWrite(folder));
  if (refused.length === 0) return;
  // The task's shell splits the variable at spaces, and Deno the list at commas.
  const isPlain = refused.every((path) => !/[\s,"'$\\]/.test(path));
  throw new UsageError(
    `${task} has no write permission for ${refused.join(" and ")}. ` +
      `Give it: RETRACE_ALLOW=--allow-write${isPlain ? `=${refused.join(",")}` : ""} deno task ${task} …`,
  );
}

/** Whether this process may write to a path. */
export function mayWrite(path: string): boolean {
  return Deno.permissions.querySync({ name: "write", path }).state === "granted";
}
