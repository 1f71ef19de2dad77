/**
 * An entry point: reads the code of a program. Asks Deno for the module graph, parses the files that have changed, and
 * prints the code map. A failure is printed as its message alone.
 */
import { dirname, join } from "node:path";
import { OWN_CODE } from "../../define/own_code.ts";
import type { CodeMap, MappedProgram } from "../../engine/keys/code_map.ts";
import type { CodeRoot } from "../../engine/keys/code_root.ts";
import { makeCodeMap } from "../../engine/keys/make_code_map.ts";
import type { ModuleGraph } from "../../engine/keys/module_graph.ts";
import { CodeChangedError, DefinitionError } from "../../engine/run_errors.ts";
import { FAILED } from "../failure.ts";

/** What it reads from its standard input. */
export interface CodeRequest {
  program: MappedProgram;
  /** An earlier map: files that have not changed are not parsed again. */
  before: CodeMap | null;
}

/**
 * The code map of the program that starts from `entries`, paths of modules. `before` is an earlier map: files that have
 * not changed are not read again, and if none has, Deno is not asked.
 * @throws DefinitionError if Deno cannot load an entry.
 */
export function readOwnCode(
  roots: readonly CodeRoot[],
  entries: readonly string[],
  before: CodeMap | null = null,
): Promise<CodeMap> {
  return makeCodeMap({ roots, entries, ask: askDeno, before });
}

/** The output of `deno info --json`. Packages that the entry imports are installed, if they are not. */
export async function askDeno(entry: string): Promise<ModuleGraph> {
  // Workers have the project's configuration. `deno info` alone would look for one where it is started.
  const config = entry.startsWith(join(OWN_CODE.folder, "/")) ? [`--config=${join(OWN_CODE.folder, "deno.json")}`] : [];
  const cwd = dirname(entry);
  const args = ["info", "--quiet", "--json", "--node-modules-dir", ...config, entry];
  const command = new Deno.Command("deno", { args, cwd, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  if (success) return JSON.parse(text.decode(stdout));
  const [message] = text.decode(stderr).trim().split("\n\n");
  throw new DefinitionError(`Deno cannot read the module graph of ${entry}: ${message}`);
}

if (import.meta.main) {
  const { program, before }: CodeRequest = await new Response(Deno.stdin.readable).json();
  try {
    console.log(JSON.stringify(await readOwnCode(program.roots, program.entries, before)));
  } catch (error) {
    const isIntended = error instanceof DefinitionError || error instanceof CodeChangedError;
    console.error(isIntended ? error.message : error);
    Deno.exit(FAILED);
  }
}
