/** Completes experiments by what they leave to the world outside, so that keys and results say exactly what was used. */
import type { Pipeline } from "../define/define_pipeline.ts";
import { statusOfInput } from "../engine/files/entry.ts";
import type { SeenFile } from "../engine/keys/receipt.ts";
import { ChecksumError } from "../engine/run_errors.ts";
import type { ProducedFile } from "../engine/stage/kind.ts";
import type { KeptFile, PinContext, Stage } from "../engine/stage/stage.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";
import { graphOf } from "./chain.ts";
import { passedFolders } from "./folders.ts";
import type { LoadedExperiment } from "./load.ts";
import { type Lock, lockedDigest, type LockedFile, lockPathOf, updateCommand } from "./lock_file.ts";

/** What completing an experiment rests on. */
export interface Pins {
  /** The files and folders that decided it, as they were. */
  seen: SeenFile[];
  /** What to do about a file with other bytes than it had then, by its SHA-256. */
  advice: Record<string, string>;
  /** The addresses of files that are not locked, and were not to be fetched. */
  open: string[];
  /** Bytes that stages have got, by their digest. */
  kept: Map<string, Uint8Array<ArrayBuffer>>;
}

/** An experiment that is complete, unless addresses are open. */
export type Pinned<E extends LoadedExperiment> = E & { pins: Pins };

/** What is used to complete experiments. */
export interface Pinning {
  /** The lock of an experiment file; null if it has none yet. */
  lockOf(file: string): Lock | null;
  /** The real paths of the folders that an experiment file may refer to. */
  foldersOf(file: string): readonly string[];
  /** Gets a file on the web, and stores it. Null: nothing is to be fetched now. */
  fetch: ((address: string, get: (scratch: string) => Promise<ProducedFile>) => Promise<LockedFile>) | null;
  /** A file that a finished run has written. `looksAt` is told what decides which one it is. */
  fileOfRun(
    experiment: LoadedExperiment,
    run: string,
    name: string,
    looksAt: PinContext["looksAt"],
  ): Promise<KeptFile>;
  signal: AbortSignal;
  progress(experiment: LoadedExperiment, stage: Stage, ...values: Parameters<PinContext["progress"]>): void;
}

/** What a stage has completed: params of the experiment, and of this run alone. */
interface PinnedStage extends Pins {
  fields: Record<string, unknown>;
  here: Record<string, unknown>;
  found: Record<string, LockedFile>;
}

/**
 * Completes experiments, or goes on with those of which addresses are open. `found` has the files that were fetched for them, by experiment file and address. What several
 * leave open alike is looked at once.
 * @throws ConfigError for a lock that does not fit, and what sources throw.
 */
export async function pinned<E extends LoadedExperiment>(
  pipeline: Pipeline,
  experiments: readonly (E & { pins?: Pins })[],
  pinning: Pinning,
): Promise<{ experiments: Pinned<E>[]; found: Record<string, Lock> }> {
  const fetched = new Map<string, Promise<LockedFile>>();
  const fetch: Pinning["fetch"] = pinning.fetch &&
    ((address, get) => fetched.getOrInsertComputed(address, () => pinning.fetch!(address, get)));
  const stages = new Map<string, Promise<PinnedStage>>();
  const found: Record<string, Record<string, LockedFile>> = {};
  const complete: Pinned<E>[] = [];
  for (const one of experiments) {
    const { seen = [], advice, kept } = one.pins ?? {};
    const pins: Pins = { seen, advice: { ...advice }, open: [], kept: new Map(kept) };
    let { params, experiment } = one;
    for (const { stage } of graphOf(pipeline, experiment)) {
      if (stage.pin === undefined) continue;
      const { name } = stage;
      const same = canonicalJson([one.file, name, params[name] as Plain]);
      const part = await stages.getOrInsertComputed(same, () => pinStage(pipeline, one, stage, { ...pinning, fetch }));
      // Shared, as a folder can have many files and an experiment many variants.
      pins.seen = pins.seen.length === 0 ? part.seen : pins.seen.concat(part.seen);
      pins.open.push(...part.open);
      Object.assign(pins.advice, part.advice);
      for (const [digest, bytes] of part.kept) pins.kept.set(digest, bytes);
      if (Object.keys(part.found).length > 0) Object.assign(found[one.file] ??= {}, part.found);
      params = { ...params, [name]: { ...params[name], ...part.fields, ...part.here } };
      const own = { ...experiment.pipeline[name], ...part.fields };
      experiment = { ...experiment, pipeline: { ...experiment.pipeline, [name]: own } };
    }
    complete.push({ ...one, params, experiment, pins });
  }
  return { experiments: complete, found };
}

/** The error with advice that knows where the digest comes from. */
export function explained(error: unknown, { advice }: Pins): unknown {
  if (!(error instanceof ChecksumError) || !Object.hasOwn(advice, error.expected)) return error;
  return new ChecksumError(error.problem, advice[error.expected], error.expected);
}

async function pinStage(
  pipeline: Pipeline,
  experiment: LoadedExperiment,
  stage: Stage,
  { lockOf, foldersOf, fetch, fileOfRun, signal, progress }: Pinning,
): Promise<PinnedStage> {
  const { file, params } = experiment;
  const part: PinnedStage = { fields: {}, here: {}, found: {}, seen: [], advice: {}, open: [], kept: new Map() };
  const lock = lockOf(file);
  const lockPath = lockPathOf(file);
  const looksAt = (path: string) => void part.seen.push([path, statusOfInput(path)]);
  const context: PinContext = {
    signal,
    progress: (...values) => progress(experiment, stage, ...values),
    looksAt,
    data: passedFolders(foldersOf(file)),
    setHere: (params) => void Object.assign(part.here, params),
    async locked(address, get) {
      looksAt(lockPath);
      if (lock === null && fetch === null) return void part.open.push(address);
      if (lock === null) part.found[address] = await fetch!(address, get);
      const sha256 = part.found[address]?.sha256 ?? lockedDigest(lock!, address, file);
      part.advice[sha256] = `${lockPath} has locked it. If the new file is right, accept it: ${updateCommand(file)}`;
      return sha256;
    },
    async fileOfRun(run, name) {
      const file = await fileOfRun(experiment, run, name, looksAt);
      part.kept.set(file.digest, file.bytes);
      return file;
    },
  };
  part.fields = await stage.pin!(params[stage.name], pipeline, context);
  for (const [digest] of JSON.stringify(part.fields).matchAll(/\b[0-9a-f]{64}\b/g)) {
    const isGiven = JSON.stringify(params[stage.name]).includes(digest);
    if (!isGiven) part.advice[digest] ??= "It has changed since the run began. Run the experiment again.";
  }
  return part;
}
