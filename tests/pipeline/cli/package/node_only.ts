/** A user's computer with nothing but Node: an empty home, and a PATH that has no Deno. */
import { dirname, join } from "node:path";
import type { Outcome } from "../retrace.ts";

/** What npm, npx and the scripts that they start are called. */
const PROGRAMS = ["node", "npm", "npx", "sh", "env"];

/** Where commands are typed, and with what environment. */
export interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Another user's number; by default the present user. */
  readonly uid?: number;
}

/** A registry that has the package, and the URL of it. */
export interface Registry extends AsyncDisposable {
  readonly url: string;
}

/** Makes a place in a folder, whose commands use this registry. @throws Error if Node is not installed. */
export function nodeOnly(folder: string, registry: string): Place {
  const [cwd, home, programs] = ["a user's folder", "home", "bin"].map((name) => join(folder, name));
  for (const path of [cwd, home, programs]) Deno.mkdirSync(path, { recursive: true });
  for (const name of PROGRAMS) Deno.symlinkSync(find(name), join(programs, name));
  return { cwd, env: { HOME: home, PATH: programs, NPM_CONFIG_REGISTRY: registry, NO_COLOR: "1" } };
}

/** The same place, where Deno is installed as well. */
export function withDeno(place: Place): Place {
  const { HOME, PATH } = place.env;
  const path = [join(HOME, ".deno/bin"), dirname(Deno.execPath()), PATH].join(":");
  return { ...place, env: { ...place.env, PATH: path } };
}

/** A command in a place, in a group of its own. Nothing of the present environment is handed on. */
export function start({ cwd, env, uid }: Place, ...[program, ...args]: string[]): Deno.ChildProcess {
  const options = { args, cwd, env, uid, clearEnv: true, detached: true, stdin: "null" } as const;
  return new Deno.Command(program, { ...options, stdout: "piped", stderr: "piped" }).spawn();
}

/** Runs a command in a place, and waits for its end. */
export async function run(place: Place, ...command: string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await start(place, ...command).output();
  const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: out, stderr: errors };
}

/** Starts a registry with the package. @throws Error if the registry that npm is configured with cannot be reached. */
export async function startRegistry(archive: string): Promise<Registry> {
  const { stdout } = await new Deno.Command(find("npm"), { args: ["config", "get", "registry"] }).output();
  const program = join(import.meta.dirname!, "npm_registry.ts");
  const args = ["run", "--quiet", "--allow-read", "--allow-net", program, archive];
  const other = new TextDecoder().decode(stdout).trim();
  const child = new Deno.Command(Deno.execPath(), { args: [...args, other], stdin: "null", stdout: "piped" }).spawn();
  const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  if (value === undefined) {
    throw new Error("The registry that npm is configured with cannot be reached, so nothing can be installed.");
  }
  return {
    url: value.trim(),
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.status;
    },
  };
}

function find(name: string): string {
  const found = Deno.env.get("PATH")!.split(":").map((folder) => join(folder, name)).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`Expected ${name} to be installed: the npm package is tested with Node.`);
  return found;
}
