/** Where a command may write, asked before work starts. */
import { resolve } from "node:path";
import { UsageError } from "../engine/run_errors.ts";

/**
 * Checks that folders may be written.
 * @throws UsageError that says what to type.
 */
export function mustMayWrite(command: string, folders: readonly string[]): void {
  const refused = folders.map((folder) => resolve(folder))
    .filter((path) => Deno.permissions.querySync({ name: "write", path }).state !== "granted");
  if (refused.length === 0) return;
  // The task's shell splits the variable at spaces, and Deno the list at commas.
  const isPlain = refused.every((path) => !/[\s,"'$\\]/.test(path));
  throw new UsageError(
    `${command} may not write to ${refused.join(" and ")}. ` +
      `Allow it for this run: RETRACE_ALLOW=--allow-write${
        isPlain ? `=${refused.join(",")}` : ""
      } deno task ${command} …`,
  );
}
