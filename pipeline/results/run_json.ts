/** run.json: what differs from run to run: when, where and with which versions it was computed, and how long that took. */
import type { FinishedRun } from "../define/figure.ts";
import { isJsonObject, jsonObjectIn } from "../engine/store/bounded_json.ts";
import { describeCue } from "../engine/why/cue_text.ts";
import { MAX_SHOWN_BYTES, readFile } from "./folder.ts";

/** What the command line knows about a run: the experiment file, the start, the wall time of all stages, and permissions. */
export interface RunFacts {
  /** The experiment file as given, and its path relative to the folder of the results. */
  config: string;
  file: string;
  started: Date;
  seconds: number;
  /** The kernels that computed ("native x86-64-v4", "wasm") and their threads; null if no stage ran. */
  computing: { name: string; threads: number } | null;
  /** What the processes of the command line were allowed to do. */
  permissions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The content of run.json. */
export type RunJson = ReturnType<typeof describeRun>;

/** `report` is the digest of the code that wrote the results, `files` the SHA-256 of every other file in the folder. */
export function describeRun(
  { name, stages }: FinishedRun,
  { config, file, started, seconds, computing, permissions }: RunFacts,
  report: string,
  files: Record<string, string>,
) {
  const { os, arch } = Deno.build;
  return {
    run: name,
    config,
    file,
    started: started.toISOString(),
    seconds: milli(seconds),
    machine: { host: Deno.hostname(), os, arch, cpus: navigator.hardwareConcurrency },
    versions: { ...Deno.version },
    kernels: computing?.name ?? null,
    threads: computing?.threads ?? null,
    permissions,
    stages: stages.map(({ stage, action, key, cues, nearest, record, seconds, steps }) => ({
      stage,
      action,
      key,
      why: cues.map(describeCue),
      ...(nearest === undefined ? {} : { compared_with: nearest }),
      seconds: milli(seconds),
      seconds_when_made: milli(record.seconds),
      // Of a fold whose steps were made for other runs, each step's record has its own.
      deno_when_made: record.deno ?? null,
      ...(steps === undefined ? {} : { first_step: steps.first, seconds_per_step: steps.seconds.map(milli) }),
    })),
    report,
    files,
  };
}

/** The run.json in a folder; null if there is none, or it lists no files. */
export function readRunJson(folder: string): Pick<RunJson, "report" | "files" | "file"> | null {
  const run = jsonObjectIn(readFile(folder, "run.json", MAX_SHOWN_BYTES) ?? new Uint8Array());
  return isJsonObject(run?.files) ? run as unknown as RunJson : null;
}

function milli(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
