/** Starts Deno for the program's own modules. */
import { join } from "node:path";
import { OWN_CODE } from "../../define/own_code.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { permissionFlags, type Permissions } from "../permissions.ts";

/** Nothing comes from the web but the packages in the lock file, which stays as it is. */
const PACKAGES_ONLY = ["--node-modules-dir", "--frozen", "--no-remote"];

/**
 * Starts a program, a module's path or URL, with these permissions and all streams piped. Packages that it imports are
 * installed first, if they are not. Deno's own path is not the one that `--allow-run=deno` allows: that is the first in
 * PATH.
 * @throws UsageError if Deno cannot be started, or if a path cannot be allowed.
 */
export function startDeno(program: string, may: Permissions): Deno.ChildProcess {
  const config = `--config=${join(OWN_CODE.folder, "deno.json")}`;
  const args = ["run", "--quiet", "--no-prompt", ...PACKAGES_ONLY, config, ...permissionFlags(may), program];
  try {
    return new Deno.Command("deno", { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  } catch (error) {
    throw new UsageError(
      `Cannot start deno, which does the work: ${
        (error as Error).message
      }. Add the folder of ${Deno.execPath()} to PATH.`,
    );
  }
}
