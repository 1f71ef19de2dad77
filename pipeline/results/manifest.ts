/** manifest.json: which artifacts a run is made of. The same for the same run on every machine and day. */
import { join } from "node:path";
import type { StageRecord } from "../engine/keys/record.ts";
import type { StageResult } from "../engine/run/runner.ts";
import { ResultsError } from "../engine/run_errors.ts";

/** The stages with their keys and the digests of their inputs and outputs. */
export function manifestOf(runName: string, stages: readonly StageResult[]): Record<string, unknown> {
  return { run: runName, stages: stages.map(({ key, record }) => stageEntry(key, record)) };
}

function stageEntry(key: string, { request, outputs, each }: StageRecord): Record<string, unknown> {
  const { stage, version, code, params, inputs } = request;
  const digests = Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest]));
  const lists = Object.fromEntries(
    Object.entries(each ?? {}).map(([name, list]) => [name, list.map(({ digest }) => digest)]),
  );
  return { stage, version, code, key, params, inputs, outputs: { ...digests, ...lists } };
}

/**
 * The digests of all artifacts that the results in a folder were made from.
 * @throws ResultsError when a manifest cannot be read, so that its artifacts are not known.
 */
export function digestsNeededBy(results: string): Set<string> {
  const folders = foldersIn(results).filter((name) => !/^\..*\.new$/.test(name));
  return new Set(folders.flatMap((name) => digestsIn(join(results, name, "manifest.json"))));
}

function digestsIn(path: string): string[] {
  try {
    const { stages } = JSON.parse(Deno.readTextFileSync(path)) as { stages: { outputs: Record<string, string[]> }[] };
    return stages.flatMap(({ outputs }) => Object.values(outputs).flat());
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new ResultsError(
      `${path} is damaged, so it is not known which artifacts these results need. ` +
        "Run the experiment again, or remove the folder.",
    );
  }
}

function foldersIn(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].filter(({ isFile }) => !isFile).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
