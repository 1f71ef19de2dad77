/** Runs experiments from a program, as the command line does: in processes of their own. */
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadOnDemand, moduleFile } from "../cli/load_on_demand.ts";

/** The package also works in Node. */
const IN_NODE = !("Deno" in globalThis);

/** What can be chosen for a run, as with the options of `run`. */
export interface RunExperimentOptions {
  /** Values to change, by path: `{ "train.epochs": 60 }`. */
  set?: Readonly<Record<string, unknown>>;
  /** Run once per seed. */
  seeds?: readonly number[];
  /** Run this many at a time. */
  jobs?: number;
  /** The folder with the results. Default: "results". */
  results?: string;
  /** Where stages are stored. Default: ".retrace". */
  cache?: string;
  /** Folders that the experiment may read, in addition to its own and the current one. */
  data?: readonly string[];
  /** Hosts, HOST or HOST:PORT, that may be reached although the experiment does not name them. */
  allowHost?: readonly string[];
  /** Stages to run although their results are stored. */
  force?: readonly string[];
  /** Threads that compute. */
  threads?: number;
  /** Stops the run; everything finished is stored. */
  signal?: AbortSignal;
}

/** A run that has ended well, as plain data. */
export interface ExperimentRun {
  /** "first", or "first@train.epochs=60". */
  name: string;
  /** The absolute path of its results. */
  folder: string;
  /** Every figure at the end of the run: the content of metrics.json. */
  figures: Record<string, unknown>;
  /** The stages in order: whether each ran, continued from a stored step, or was stored, and its key. */
  stages: { stage: string; action: "run" | "continue" | "hit"; key: string; seconds: number }[];
  seconds: number;
}

interface Ended {
  success: boolean;
  stdout: string;
  stderr: string;
}

/**
 * Runs an experiment file and resolves to its runs: one, or one for each seed. Paths are relative to the current folder. Deno
 * needs permission to start itself, `--allow-run=deno`.
 * @throws Error with the message of the command line if a run fails; the signal's reason if it was stopped.
 */
export async function runExperiment(file: string, options: RunExperimentOptions = {}): Promise<ExperimentRun[]> {
  const { signal } = options;
  signal?.throwIfAborted();
  const { success, stdout, stderr } = await start(["run", "--json", ...wordsOf(options), "--", file], signal);
  signal?.throwIfAborted();
  if (!success) throw new Error(stderr.trim().replace(/^error: /gm, ""));
  return stdout.split("\n").flatMap((line) => runIn(line) ?? []);
}

/** The options as they would be typed. */
function wordsOf({ set = {}, seeds, signal: _, ...others }: RunExperimentOptions): string[] {
  const values = {
    ...others,
    set: Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`),
    seeds: seeds?.join(","),
    "allow-host": others.allowHost,
    allowHost: undefined,
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => `--${name}=${one}`)
  );
}

/** The run that a line describes; null for what code of the user has printed. */
function runIn(line: string): ExperimentRun | null {
  if (!line.startsWith('{"run":')) return null;
  const { run: name, epochs: _, folder, stages, seconds, ...figures } = JSON.parse(line);
  return { name, folder: isAbsolute(folder) ? folder : join(currentFolder(), folder), figures, stages, seconds };
}

/** Starts the command line, in Deno or in Node, and waits for its end. */
async function start(args: readonly string[], signal?: AbortSignal): Promise<Ended> {
  if (IN_NODE) return await startInNode(args, signal);
  const { denoCommand, RESOLUTION } = await loadOnDemand<typeof import("../cli/front/start_deno.ts")>(
    "./front/start_deno.ts",
  );
  const deno = denoCommand();
  // Deno separates values by commas.
  const run = deno.includes(",") ? "--allow-run" : `--allow-run=${deno}`;
  const flags = ["run", "--quiet", "--no-prompt", ...RESOLUTION, "--allow-read", run];
  const { success, stdout, stderr } = await new Deno.Command(deno, {
    args: [...flags, pathOf(`../cli/${moduleFile("front/main.ts")}`), ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    signal,
  }).output();
  const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { success, stdout: text, stderr: errors };
}

/** The package's program starts the Deno that is installed with it. */
async function startInNode(args: readonly string[], signal?: AbortSignal): Promise<Ended> {
  const [{ execFile }, { execPath, env }] = await Promise.all([import("node:child_process"), import("node:process")]);
  const options = { env: { ...env, NO_COLOR: "1" }, maxBuffer: Infinity, signal };
  return await new Promise((resolve) => {
    execFile(execPath, [pathOf("../../bin/retrace.js"), ...args], options, (error, stdout, stderr) => {
      resolve({ success: error === null, stdout, stderr: stderr || String(error?.message ?? "") });
    });
  });
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function currentFolder(): string {
  return IN_NODE ? globalThis.process.cwd() : Deno.cwd();
}
