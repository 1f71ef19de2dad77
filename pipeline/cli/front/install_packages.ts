/** Makes sure that the packages are installed before a process imports them. */
import { join } from "node:path";
import { OWN_CODE } from "../../define/own_code.ts";
import { InstallError } from "../../engine/run_errors.ts";
import { IS_PACKAGE } from "../load_on_demand.ts";
import { packageFailure } from "../package_failure.ts";
import { dim, printError } from "../terminal.ts";
import { denoCommand } from "./start_deno.ts";

/**
 * Installs the packages of a clone that are not installed, all at once: a process that did so by itself would replace links
 * that another is just following. The packages of the npm package are npm's affair.
 * @throws InstallError if they cannot be installed or, in the npm package, if one is missing or has another version.
 */
export async function installPackages(): Promise<void> {
  if (wrongPackages().length === 0) return;
  if (IS_PACKAGE) throw new InstallError(otherVersions(wrongPackages()));
  printError(dim("Installing packages, before the first run …"));
  const config = `--config=${join(OWN_CODE.folder, "deno.json")}`;
  // One module: what each of several entries needs would replace what the one before has installed.
  const entry = join(OWN_CODE.folder, "build/all_packages.ts");
  const args = ["cache", "--quiet", "--node-modules-dir=auto", "--frozen", "--no-remote", config, entry];
  const { success, stderr } = await new Deno.Command(denoCommand(), { args, stdin: "null" }).output();
  const wrong = wrongPackages();
  if (success && wrong.length === 0) return;
  const reason = new TextDecoder().decode(stderr).trim() || otherVersions(wrong);
  throw packageFailure(reason) ?? new InstallError(`The packages cannot be installed: ${reason}`);
}

/** The version of a package in the nearest node_modules; null if there is none. */
function installed(name: string): string | null {
  for (let folder = OWN_CODE.folder;; folder = join(folder, "..")) {
    try {
      return JSON.parse(Deno.readTextFileSync(join(folder, "node_modules", name, "package.json"))).version;
    } catch {
      if (!IS_PACKAGE || folder === join(folder, "..")) return null;
    }
  }
}

/** A package that is not installed in the version that is needed. */
interface WrongPackage {
  name: string;
  version: string;
  /** What is installed; null if nothing is. */
  found: string | null;
}

function wrongPackages(): WrongPackage[] {
  const { dependencies } = JSON.parse(Deno.readTextFileSync(join(OWN_CODE.folder, "package.json")));
  return Object.entries<string>(dependencies).map(([name, version]) => ({ name, version, found: installed(name) }))
    .filter(({ version, found }) => found !== version);
}

/** What is wrong with installed packages, and what to do. */
export function otherVersions(wrong: readonly WrongPackage[]): string {
  const needed = wrong.map(({ name, version, found }) =>
    `${name} ${version}, but ${found === null ? "it is not installed" : `${found} is installed`}`
  );
  const advice = IS_PACKAGE ? "npm install again in the folder where it was installed" : "deno install";
  return `Retrace needs ${needed.join("; ")}. Run ${advice}.`;
}
