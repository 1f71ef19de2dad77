/** manifest.json: which artifacts a run is made of. The same for the same run on every machine and day. */
import type { StageRecord } from "../record.ts";
import type { StageResult } from "../runner.ts";

/** The stages with their keys and the digests of what went in and came out. */
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
