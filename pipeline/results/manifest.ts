/** manifest.json: the artifacts that a run consists of. The same for the same run on every machine and day. */
import { join } from "node:path";
import { ObstacleError } from "../engine/files/entry.ts";
import { Tree } from "../engine/files/tree.ts";
import type { StageResult } from "../engine/run/run_options.ts";
import { ResultsError } from "../engine/run_errors.ts";

/** Much more than any run has: the digests of a million epochs. */
const MAX_MANIFEST_BYTES = 2 ** 28;

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

/** The digests of all artifacts that results were computed from. @throws ResultsError if a manifest is unreadable. */
export function digestsNeededBy(results: string): Set<string> {
  const tree = new Tree(results, unreadable);
  const digests = tree.list(results).flatMap((name) => {
    const folder = join(results, name);
    const kind = tree.status(folder)?.kind;
    // Temporary folders; a link of such a name is removed by the next run.
    if (/^\..*\.new$/.test(name) || (kind !== "folder" && name.startsWith("."))) return [];
    if (kind === "link") throw unreadable(folder, new ObstacleError(folder, "folder", kind));
    return kind === "folder" ? digestsIn(tree, join(folder, "manifest.json")) : [];
  });
  return new Set(digests);
}

function digestsIn(tree: Tree, path: string): string[] {
  if (tree.status(path) === null) return [];
  try {
    const text = new TextDecoder().decode(tree.read(path, MAX_MANIFEST_BYTES) ?? new Uint8Array());
    const { stages } = JSON.parse(text) as { stages: { outputs: Record<string, string[]> }[] };
    return stages.flatMap(({ outputs }) => Object.values(outputs).flat());
  } catch {
    throw new ResultsError(
      `${path} is damaged, so it is not known which artifacts these results need. ` +
        "Run the experiment again, or remove the folder.",
    );
  }
}

function unreadable(path: string, error: unknown): ResultsError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ResultsError(
    `It is not known which artifacts the results ${path} need: ${reason}. Move it away, or name the folder itself with --results DIR.`,
  );
}
