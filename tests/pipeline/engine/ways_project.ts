/** Writes the small projects of the ways to import, and digests their code. */
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { CodeReader } from "../../../pipeline/engine/keys/code.ts";
import type { CodeMap } from "../../../pipeline/engine/keys/code_map.ts";
import { askDeno } from "../../../pipeline/cli/front/read_code.ts";
import { makeCodeMap } from "../../../pipeline/engine/keys/make_code_map.ts";
import type { Files } from "./ways_to_import.ts";

/** Calls `work` with a new folder, and removes it. */
export async function withProject(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-ways-" });
  try {
    await work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Writes files; "→ NAME" is a link to NAME, null removes one. */
export function writeFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    Deno.mkdirSync(dirname(path), { recursive: true });
    if (content === null) Deno.removeSync(path, { recursive: true });
    else if (content instanceof Uint8Array) Deno.writeFileSync(path, content);
    else if (content.startsWith("→ ")) {
      if (exists(path)) Deno.removeSync(path);
      Deno.symlinkSync(content.slice(2), path);
    } else Deno.writeTextFileSync(path, content);
  }
}

function exists(path: string): boolean {
  try {
    return Deno.lstatSync(path) !== null;
  } catch {
    return false;
  }
}

/** Deno's answer with the configuration in the folder itself. */
function askInFolder(entry: string) {
  return askDeno(entry, ["--node-modules-dir=manual"]);
}

/** Reads the code of a folder that starts from `entry`. */
export function mapOf(folder: string, entry: string, before: CodeMap | null = null): Promise<CodeMap> {
  return makeCodeMap({ roots: [{ name: "user", folder }], entries: [join(folder, entry)], ask: askInFolder, before });
}

/** The digest of a file's code, or the message of the error if it is refused. */
export function digestIn(map: CodeMap, path: string): string {
  try {
    return new CodeReader(map).digest([pathToFileURL(path).href]).digest;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A map without what changes as files get older. */
export function sameAge(map: CodeMap): unknown {
  return JSON.parse(
    JSON.stringify(map, (name, value) => (["isOld", "status", "changed"].includes(name) ? undefined : value)),
  );
}
