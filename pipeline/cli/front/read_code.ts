/**
 * An entry point: reads the code of a program. Asks Deno for the module graph, parses the files that have changed, and
 * prints the code map. A failure is printed as its message alone.
 */
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { CodeMap, MappedProgram } from "../../engine/keys/code_map.ts";
import { makeCodeMap } from "../../engine/keys/make_code_map.ts";
import type { ModuleGraph } from "../../engine/keys/module_graph.ts";
import { CodeChangedError, DefinitionError } from "../../engine/run_errors.ts";
import { FAILED, USAGE_ERROR } from "../failure.ts";
import { denoCommand, RESOLUTION } from "./start_deno.ts";

/** What it reads from its standard input. */
export interface CodeRequest {
  program: MappedProgram;
  /** An earlier map: files that have not changed are not parsed again. */
  before: CodeMap | null;
  /** The map of Retrace's own code, if the program is a user's. */
  own: CodeMap | null;
}

/**
 * The code map of a program. If no file has changed since the earlier map, Deno is not asked.
 * @throws DefinitionError if Deno cannot load an entry.
 */
export function readOwnCode(
  { roots, entries }: MappedProgram,
  before: CodeMap | null = null,
  own: CodeMap | null = null,
): Promise<CodeMap> {
  return makeCodeMap({ roots, entries, ask: (entry) => askDeno(entry), before, own });
}

/** The output of `deno info --json`, with the configuration that workers have. */
export async function askDeno(entry: string, resolution: readonly string[] = RESOLUTION): Promise<ModuleGraph> {
  const args = ["info", "--quiet", "--json", ...resolution, pathToFileURL(entry).href];
  const command = new Deno.Command(denoCommand(), { args, cwd: dirname(entry), stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  if (success) return JSON.parse(text.decode(stdout));
  const [message] = text.decode(stderr).trim().split("\n\n");
  throw new DefinitionError(`Deno cannot read the module graph of ${entry}: ${message}`);
}

if (import.meta.main) {
  const { program, before, own }: CodeRequest = await new Response(Deno.stdin.readable).json();
  try {
    console.log(JSON.stringify(await readOwnCode(program, before, own)));
  } catch (error) {
    const isIntended = error instanceof DefinitionError || error instanceof CodeChangedError;
    console.error(isIntended ? error.message : error);
    Deno.exit(error instanceof DefinitionError ? USAGE_ERROR : FAILED);
  }
}
