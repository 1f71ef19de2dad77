/** run.json: what differs from run to run: when, where and with what it was computed, and how long that took. */
import type { FinishedRun } from "../define/finished_run.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { describeCue } from "../engine/why/cue_text.ts";
import { decodeJson } from "../formats/json.ts";
import { readFile } from "./folder.ts";

/** What the command line knows of a run. */
export interface RunFacts {
  /** The experiment file. */
  config: string;
  /** When the run started. */
  started: Date;
  /** Wall time of all stages. */
  seconds: number;
}

/** The content of run.json. */
export interface RunJson {
  run: string;
  config: string;
  started: string;
  seconds: number;
  machine: Record<string, string | number>;
  versions: Record<string, string>;
  stages: Record<string, unknown>[];
  /** Digest of the code that wrote the results. */
  report: string;
  /** SHA-256 of every other file in the folder. */
  files: Record<string, string>;
}

/** Puts the facts of a run together. */
export function describeRun(
  { name, stages }: FinishedRun,
  { config, started, seconds }: RunFacts,
  report: string,
  files: Record<string, string>,
): RunJson {
  return {
    run: name,
    config,
    started: started.toISOString(),
    seconds: milli(seconds),
    machine: {
      host: Deno.hostname(),
      os: Deno.build.os,
      arch: Deno.build.arch,
      cpus: navigator.hardwareConcurrency,
    },
    versions: { ...Deno.version },
    stages: stages.map(({ stage, action, key, cues, nearest, record, seconds, steps }) => ({
      stage,
      action,
      key,
      why: cues.map(describeCue),
      ...(nearest === undefined ? {} : { compared_with: nearest }),
      seconds: milli(seconds),
      seconds_when_made: milli(record.seconds),
      ...(steps === undefined ? {} : { first_step: steps.first, seconds_per_step: steps.seconds.map(milli) }),
    })),
    report,
    files,
  };
}

/** The run.json in a folder; null when there is none, or one that names no files. */
export function readRunJson(folder: string): RunJson | null {
  try {
    const run = decodeJson<RunJson>(readFile(folder, "run.json") ?? new Uint8Array());
    return isJsonObject(run) && isJsonObject(run.files) ? run : null;
  } catch {
    return null;
  }
}

function milli(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
