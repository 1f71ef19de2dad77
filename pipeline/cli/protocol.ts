/**
 * What the front and its workers send each other: lines of JSON. Those of a worker begin with a character that separates
 * records (RFC 7464), because user code may print to the same stream.
 */
import type { CodeMap, CodeRoot } from "../engine/keys/code_map.ts";
import type { CodeNote, SeenFile } from "../engine/keys/receipt.ts";
import type { Lock } from "../experiment/lock_file.ts";
import type { Rival } from "../results/rival.ts";
import type { SweepTask } from "../sweeps/plan_sweep.ts";
import type { RunOutcome } from "./run_outcome.ts";
import type { Permissions } from "./permissions.ts";
import type { Line, Screen } from "./terminal.ts";

/** The first line that a worker receives: the command, as the front has read it, and its surroundings. */
export interface WorkRequest {
  /** Precedes every message of the worker from now on, so nothing that code prints is taken for one. */
  token: string;
  command: string;
  args: readonly string[];
  options: Readonly<Record<string, unknown>>;
  screen: Screen;
  /** The digests of the program's code; null for a command that needs none. */
  code: CodeMap | null;
  /** The folders of a user's code. */
  roots: readonly CodeRoot[];
  /** What to keep in the cache about the code. */
  notes: readonly CodeNote[];
  /** For each experiment file, the real paths of the folders that it may refer to. */
  readable: Readonly<Record<string, readonly string[]>>;
  /** For each experiment file, its lock; null if there is none, or it is to be written anew. */
  locks: Readonly<Record<string, Lock | null>>;
  permissions: Permissions;
}

/** What a worker is sent later. */
export type ToWorker =
  /** Run the variant with this index; only if its subject begins so, when another process has chosen it. */
  | { run: number; keepsFile: boolean; subject?: string }
  /** Say how far these variants are, by what is stored. */
  | { survey: readonly number[] }
  /** Show what would run. */
  | { plan: true }
  /**
   * Of a sweep: say what to train next, and show what is known. `failed`: the trials that failed, and why. `isRepeated`:
   * another worker has shown it before.
   */
  | { planSweep: { failed: readonly (readonly [trial: number, reason: string])[]; isRepeated: boolean } }
  /** Of a sweep: train a trial. */
  | { task: SweepTask }
  /** Of a sweep: all that was needed is trained. Complete the winner's results and the sweep's. */
  | { concludeSweep: readonly SeenFile[] }
  /**
   * All variants have ended; those that were not started have no outcome. `program`: the files of the program, if they
   * matter for what is to be kept about the command.
   */
  | { end: readonly (RunOutcome | null)[]; program: readonly SeenFile[] }
  /** End as soon as possible or, if that is set, after the step in progress. */
  | { stop: { message: string; exitCode: number; afterStep?: true } };

/** What a worker sends. */
export type FromWorker =
  /** All of its code is loaded; a later edit has no effect on it. */
  | { loaded: true }
  | { line: Line }
  /**
   * The runs that the command requests, by name, and for each the one whose results are in its folder; and what was
   * fetched to be locked, by experiment file.
   */
  | { variants: readonly string[]; rivals: readonly (Rival | null)[]; found: Readonly<Record<string, Lock>> }
  /** The state of the run in progress; null when nothing is in progress. */
  | { progress: ProgressReport | null }
  | { outcome: RunOutcome }
  | { survey: readonly RunSurvey[] }
  /** Of a sweep: what to train next; nothing when it is complete. */
  | { tasks: readonly SweepTask[] }
  /** Of a sweep: a task is done; or why it failed. */
  | { trained: string | null }
  /** It has done its work, in which it stored this many steps, and ends with this exit code. */
  | { exit: number; steps: number }
  /** The variant that it was to run, or to complete, has to reach these hosts ("HOST:PORT"); the worker ends. */
  | { network: readonly string[] };

/** How far a run is, by what is stored. */
export interface RunSurvey {
  /** Everything that decides its results. */
  subject: string;
  /** Whether all of its stages are stored. */
  isDone: boolean;
  /** Of the first fold that is not complete: its steps ("epoch"), how many of them are stored, and the last. */
  steps: { name: string; stored: number; wanted: number } | null;
}

/** The progress of a run's stage. */
export interface ProgressReport {
  run: string;
  stage: string;
  done: number;
  /** Null if unknown. */
  total: number | null;
  unit: "bytes" | "steps";
  /** What else to show: epoch and loss. */
  note: string;
}

/** Begins each line of a worker's messages, followed by its token: ASCII's record separator. */
export const MARK = "\x1e";

/** A message as a line. */
export function lineOf(message: ToWorker | FromWorker | WorkRequest): string {
  return JSON.stringify(message) + "\n";
}

/** The lines of a stream; an incomplete last one as well. */
export async function* linesIn(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let pieces: string[] = [];
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = text.split("\n");
    pieces.push(lines[0]);
    for (const line of lines.slice(1)) {
      yield pieces.join("");
      pieces = [line];
    }
  }
  if (pieces.some((piece) => piece !== "")) yield pieces.join("");
}
