/** What a stage is: data and one function. Declaring one is all it takes to cache, plan, explain and draw it. */
import type { z } from "zod";
import type { EachStep, Kind, Selection } from "./kind.ts";

/** How the bytes of an artifact are to be read; every format can be opened by tools other than Retrace. */
export type Format = "file" | "npy" | "safetensors" | "json";

/** Immutable bytes in the store, named by their digest. */
export interface Artifact {
  /** SHA-256 of the bytes, 64 hex digits. */
  readonly digest: string;
  /** Length in bytes. */
  readonly size: number;
  /**
   * The bytes, checked against the digest as they are read.
   * @throws CorruptArtifactError when they are not the bytes that were stored.
   */
  bytes(): Uint8Array<ArrayBuffer>;
  /**
   * Reads the bytes into memory that is already there, `target.length === size`, and checks them.
   * @throws CorruptArtifactError when they are not the bytes that were stored.
   */
  readInto(target: Uint8Array<ArrayBuffer>): void;
}

/** A file that a stage hands over to the store. */
export interface ProducedFile {
  /** Where the file is now. The store copies it, unless `move` says that it may have the file itself. */
  path: string;
  move?: boolean;
  /** The SHA-256 that the bytes must have; the store refuses others with a ChecksumError. */
  digest: string;
}

/** What may become an artifact: new bytes, a file, or an artifact passed on. */
export type Produced = Uint8Array<ArrayBuffer> | ProducedFile | Artifact;

/** Declares one artifact: how to read it and what it is. */
export interface OutputSpec {
  format: Format;
  about: string;
}

/** A definition: something with a name that a pipeline offers, and the file that defines it. */
export interface Definition {
  readonly name: string;
  /** The URL of the file that defines it (`import.meta.url`): an edit of it re-runs what it decides. */
  readonly source: string;
}

/** Says how far a long piece of work is: `done` of `total` units (total null: not known), and a word on its state. */
export type Progress = (done: number, total: number | null, note?: string) => void;

/** What a stage takes: outputs of the stages before it, by their names. */
export type InputSpecs = Readonly<Record<string, Kind | Selection | EachStep>>;

/** What a stage puts out, by name. */
export type OutputSpecs = Readonly<Record<string, Kind | Selection>>;

type Given<S> = S extends EachStep<infer V> ? readonly V[]
  : S extends Selection<infer V> ? V
  : S extends Kind<infer V> ? V
  : never;
type Returned<S> = S extends Selection<infer _, infer V> ? V : S extends Kind<infer _, infer V> ? V : never;

/** The values that a stage is given for its inputs. */
export type Inputs<I extends InputSpecs> = { readonly [K in keyof I]: Given<I[K]> };

/** The values that a stage returns for its outputs. */
export type Outputs<O extends OutputSpecs> = { readonly [K in keyof O]: Returned<O[K]> };

/** All that a stage may see. `Library` is what the pipeline offers beside its stages. */
export interface StageContext<P, I extends InputSpecs, Library> {
  readonly params: P;
  readonly inputs: Inputs<I>;
  readonly library: Library;
  /** A folder of the stage's own that outlives a killed run (partial downloads). Never read for a result. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  /** To be awaited between pieces of work that hold the thread: lets a signal that has come be heard. */
  readonly pause: () => Promise<void>;
  readonly progress: Progress;
}

/** Where a fold goes on: the last step that is already stored, and what it put out. */
export interface Resume {
  readonly step: number;
  readonly outputs: Readonly<Record<string, Artifact>>;
}

/** A folder on this machine that params name. */
export interface NamedFolder {
  /** Where in the stage's params its path stands: ["source", "path"]. */
  at: readonly string[];
  /** Files in it that may be read. */
  files: readonly string[];
}

interface StageBase<P, I extends InputSpecs, O extends OutputSpecs, Library> extends Definition {
  /** Bump when run() means something else with the same code (a data file it reads, say). */
  version: number;
  /** What the stage does, in a line. */
  about: string;
  /** The stage's params in an experiment file; of what the pipeline offers, where they name that. */
  params(library: Library): z.ZodType<P>;
  inputs: I;
  outputs: O;
  /** The part of the params that can change the result; by default all of them. */
  keyParams?(params: P, library: Library): Record<string, unknown>;
  /** The definitions that the params name: their code is part of the key. */
  definitions?(params: P, library: Library): readonly Definition[];
  /** The folders that the params name; relative paths are meant from the experiment file. */
  folders?(params: P, library: Library): readonly NamedFolder[];
  /** The hosts that it has to reach. */
  hosts?(params: P, library: Library): readonly string[];
  /** What is said of the params in a run's title, a few words each. */
  title?(params: P, library: Library): readonly string[];
  /** What its progress counts; by default steps. */
  progressIn?: "bytes" | "steps";
}

/** A stage that makes its outputs in one go. */
export interface PlainStage<
  P = unknown,
  I extends InputSpecs = InputSpecs,
  O extends OutputSpecs = OutputSpecs,
  Library = unknown,
> extends StageBase<P, I, O, Library> {
  kind: "plain";
  run(context: StageContext<P, I, Library>): Promise<Outputs<O>> | Outputs<O>;
}

/**
 * A stage that makes its outputs step by step, each step from the one before: training, epoch by epoch. Every step is
 * stored when it is done, so that a longer run or a killed one goes on where the last one stopped.
 *
 * A fold that takes what another fold puts out at every step follows it: both advance together, so that step e of the
 * follower is done before step e + 1 of the one it follows.
 */
export interface FoldStage<
  P = unknown,
  I extends InputSpecs = InputSpecs,
  O extends OutputSpecs = OutputSpecs,
  Library = unknown,
  E extends OutputSpecs = OutputSpecs,
> extends StageBase<P, I, O, Library> {
  kind: "fold";
  /** What one step is called: "epoch". */
  stepName: string;
  /** What every step puts out; `outputs` are those made once, after the last step. */
  each: E;
  /** The last step's number; steps count from 0, which is the state before any work. A follower has none of its own. */
  lastStep?(params: P): number;
  /** The part of the params that can change a step's result: never the number of steps. */
  stepParams(params: P): Record<string, unknown>;
  /**
   * Yields the outputs of step 0 (or of the step after `resume`), 1, 2, …; returns the closing outputs. Of an input that
   * is a list, entries 0 to e are there when step e is asked for.
   */
  run(context: StageContext<P, I, Library>, resume: Resume | null): AsyncGenerator<Outputs<E>, Outputs<O>>;
}

// deno-lint-ignore no-explicit-any -- a stage of any params, inputs and outputs; each is typed where it is declared.
export type Stage = PlainStage<any, any, any, any> | FoldStage<any, any, any, any, any>;
