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
    throw new UsageError(`Cannot start deno, which does the work: ${reasonAndAdvice((error as Error).message)}`);
  }
}

/** Deno starts no program whose libraries are chosen by variables (LD_LIBRARY_PATH, …), unless it may start any. */
function reasonAndAdvice(message: string): string {
  const [, variables] = /\bwith (\w+(?:, \w+)*) environment variables?\b/.exec(message) ?? [];
  if (variables === undefined) return `${message}. Add the folder of ${Deno.execPath()} to PATH.`;
  const names = variables.split(", ");
  const [are, them] = names.length === 1 ? ["is", "it"] : ["are", "them"];
  const unset = names.map((name) => `-u ${name}`).join(" ");
  return `${names.join(" and ")} ${are} set, and with ${them} Deno starts no other process. Unset ${
    names.join(" and ")
  }, ` +
    `as in: env ${unset} deno task …`;
}
