/** Starts Deno for the program's own modules. */
import { join } from "node:path";
import { OWN_CODE } from "../../define/own_code.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { IS_PACKAGE } from "../load_on_demand.ts";
import { FRONT, permissionFlags, type Permissions } from "../permissions.ts";

/** How imports are resolved: packages as they are installed, and "retrace" by the program's own import map. */
export const RESOLUTION: readonly string[] = [
  "--node-modules-dir=manual",
  ...(IS_PACKAGE
    ? ["--no-config", `--import-map=${join(OWN_CODE.folder, "import_map.json")}`]
    : [`--config=${join(OWN_CODE.folder, "deno.json")}`]),
];

/**
 * Starts a program, a module's path or URL, with these permissions and all streams piped. Nothing comes from the web.
 * `v8` are flags of V8.
 * @throws UsageError if Deno cannot be started, or if a path cannot be allowed.
 */
export function startDeno(program: string, may: Permissions, v8: readonly string[] = []): Deno.ChildProcess {
  const lock = IS_PACKAGE ? "--no-lock" : "--frozen";
  const flags = ["--quiet", "--no-prompt", "--no-remote", lock, ...RESOLUTION, ...permissionFlags(may)];
  const args = ["run", ...flags, ...(v8.length > 0 ? [`--v8-flags=${v8.join()}`] : []), program];
  try {
    return new Deno.Command(denoCommand(), { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  } catch (error) {
    throw new UsageError(`Cannot start deno, which does the work: ${reasonAndAdvice((error as Error).message)}`);
  }
}

/** This Deno, if its path was allowed; `--allow-run=deno` allows the first one in PATH, even if that is the same. */
export function denoCommand(): string {
  const command = Deno.execPath();
  return Deno.permissions.querySync({ name: "run", command }).state === "granted" ? command : "deno";
}

/** The permissions of the front and of what reads code for it. */
export function frontPermissions(): Permissions {
  return { ...FRONT, run: [denoCommand()] };
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
