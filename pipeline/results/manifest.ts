/** manifest.json: the artifacts that a run consists of. The same for the same run on every machine and day. */
import { join } from "node:path";
import type { StageResult } from "../engine/run/run_options.ts";
import { ResultsError } from "../engine/run_errors.ts";
import { ifExists } from "./whole_file.ts";

/** The stages with their keys and the digests of their inputs and outputs. */
export function manifestOf(runName: string, stages: readonly StageResult[]): Record<string, unknown> {
  const entries = stages.map(({ key, record: { request, outputs, each = {} } }) => {
    const { stage, version, code, params, inputs } = request;
    const digests = [
      ...Object.entries(outputs).map(([name, { digest }]) => [name, digest]),
      ...Object.entries(each).map(([name, list]) => [name, list.map(({ digest }) => digest)]),
    ];
    return { stage, version, code, key, params, inputs, outputs: Object.fromEntries(digests) };
  });
  return { run: runName, stages: entries };
}

/**
 * The digests of all artifacts that the results in a folder were computed from.
 * @throws ResultsError if a manifest cannot be read.
 */
export function digestsNeededBy(results: string): Set<string> {
  const folders = (ifExists(() => [...Deno.readDirSync(results)]) ?? [])
    .filter(({ isFile, name }) => !isFile && !/^\..*\.new$/.test(name));
  return new Set(folders.flatMap(({ name }) => digestsIn(join(results, name, "manifest.json"))));
}

function digestsIn(path: string): string[] {
  try {
    const text = ifExists(() => Deno.readTextFileSync(path));
    if (text === null) return [];
    const { stages } = JSON.parse(text) as { stages: { outputs: Record<string, string[]> }[] };
    return stages.flatMap(({ outputs }) => Object.values(outputs).flat());
  } catch {
    throw new ResultsError(
      `${path} is damaged, so it is not known which artifacts these results need. ` +
        "Run the experiment again, or remove the folder.",
    );
  }
}
