/** What a stage is: data and one function. A declaration is enough to cache, plan, explain and draw the stage. */
import type { z } from "zod";
import type { Artifact, Definition, EachStep, Kind, ProducedFile, Selection } from "./kind.ts";

/** Reports the progress of long work: `done` of `total` units (null if unknown), with an optional note. */
export type Progress = (done: number, total: number | null, note?: string) => void;

/** The inputs of a stage: outputs of earlier stages, by name. */
export type InputSpecs = Readonly<Record<string, Kind | Selection | EachStep>>;

/** The outputs of a stage, by name. */
export type OutputSpecs = Readonly<Record<string, Kind | Selection>>;

type Given<S> = S extends EachStep<infer V> ? readonly V[] : S extends Selection<infer V> | Kind<infer V> ? V : never;
type Returned<S> = S extends Selection<infer _, infer V> | Kind<infer _, infer V> ? V : never;

/** The values that a stage receives for its inputs. */
export type Inputs<I extends InputSpecs> = { readonly [K in keyof I]: Given<I[K]> };

/** The values that a stage returns for its outputs. */
export type Outputs<O extends OutputSpecs> = { readonly [K in keyof O]: Returned<O[K]> };

/** Everything that a stage may use. `Library` is what the pipeline offers besides its stages. */
export interface StageContext<P, I extends InputSpecs, Library> {
  readonly params: P;
  readonly inputs: Inputs<I>;
  readonly library: Library;
  /** A private folder that survives a killed run (partial downloads). Must not affect the outputs. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  /**
   * Lets pending messages be handled, among them the request to stop. To be called, and awaited, between pieces of work
   * that block the thread. Null if the last pause was a moment ago; asking costs little, so ask often.
   */
  readonly pause: () => Promise<void> | null;
  readonly progress: Progress;
  /** True if a fold is to make its final outputs, and no further step, whatever its params say. See `ends`. */
  readonly hasEnded: () => boolean;
  /** The artifact with this digest, if it is stored intact: bytes that are there already need not be fetched again. */
  stored(digest: string): Artifact | null;
  /** The bytes with this digest that `pin` has got for the stage. @throws TypeError if it has got none. */
  pinned(digest: string): Uint8Array<ArrayBuffer>;
}

/** What a stage may use to fill in its params. */
export interface PinContext {
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /**
   * The SHA-256 of a file on the web: what the lock of the experiment says, or else that of the file that `fetch` gets,
   * which is then stored and locked. Undefined if it is not locked, and nothing is to be fetched now.
   */
  locked(address: string, fetch: (scratch: string) => Promise<ProducedFile>): Promise<string | undefined>;
  /** The folders that the user has passed for data. */
  readonly data: readonly string[];
  /** Replaces params in the run, and not in its results: where something is on this machine. */
  setHere(params: Record<string, unknown>): void;
  /** To be called with the path of every file and folder that decides what is filled in, before it is looked at. */
  looksAt(path: string): void;
  /**
   * A file that a finished run has written, by the run's name or its folder: the stage has its bytes as `pinned(digest)`.
   * @throws ConfigError if there is no such run or file, or it is not what the run wrote.
   */
  fileOfRun(run: string, name: string): Promise<KeptFile>;
}

/** The bytes of a file, and their SHA-256. */
export interface KeptFile {
  readonly digest: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where a fold resumes: its last stored step, and the outputs of that step. */
export interface Resume {
  readonly step: number;
  readonly outputs: Readonly<Record<string, Artifact>>;
}

/** A folder on this machine that params refer to. */
export interface NamedFolder {
  /** The position of its path in the stage's params: ["source", "path"]. */
  at: readonly string[];
  /** Files in it that may be read. */
  files: readonly string[];
  /** The position of their names: a path that is left out is relative to the experiment file that names them. */
  namedAt?: readonly string[];
}

interface StageBase<P, I extends InputSpecs, O extends OutputSpecs, Library> extends Definition {
  /** Increase it if run() computes something else with the same code, for example from another data file. */
  version: number;
  /** What the stage does, in one line. */
  about: string;
  /**
   * Files that `run` reads, relative to `source`, as strings in the same object: ["./table.json"]. Their bytes are part of
   * the key. The stage reads one as `Deno.readTextFile(new URL("./table.json", import.meta.url))`.
   */
  readonly files?: readonly string[];
  /** The schema of the stage's params in an experiment file; the library has the definitions they can choose. */
  params(library: Library): z.ZodType<P>;
  inputs: I;
  outputs: O;
  /**
   * Fills in what the params leave to the world outside of the experiment, such as the digest of a file. Called for every
   * run, before its keys are computed. Returns the fields that it has completed, with nothing but plain data in them: they
   * become part of the experiment in the results.
   */
  pin?(params: P, library: Library, context: PinContext): Promise<Partial<P>>;
  /** The params that can change the result. Default: all of them. */
  keyParams?(params: P, library: Library): Record<string, unknown>;
  /** What the value at a path of `keyParams` belongs to, for people: the name of the file that has this digest. */
  keyNote?(path: string, params: P, library: Library): string | undefined;
  /** The definitions that the params refer to; their code is part of the key. */
  definitions?(params: P, library: Library): readonly Definition[];
  /** The folders that the params refer to; relative paths are relative to the experiment file. */
  folders?(params: P, library: Library): readonly NamedFolder[];
  /** The hosts that the stage connects to, as "HOST:PORT". */
  hosts?(params: P, library: Library): readonly string[];
  /** Describes the params in a run's title, a few words each; some folds may make fewer steps than their params say. */
  title?(params: P, library: Library, mayEndEarly: boolean): readonly string[];
  /** The unit of its progress. Default: steps. */
  progressIn?: "bytes" | "steps";
}

/** A stage that computes all of its outputs at once. */
export interface PlainStage<P, I extends InputSpecs, O extends OutputSpecs, Library>
  extends StageBase<P, I, O, Library> {
  kind: "plain";
  run(context: StageContext<P, I, Library>): Promise<Outputs<O>> | Outputs<O>;
}

/**
 * A stage that works step by step, each step based on the one before: training, epoch by epoch. Every step is stored
 * when it is complete, so a longer run, or one that was killed, resumes after the last stored step. A fold with an
 * input that another fold outputs at every step follows that fold: both advance together, and step e of the follower is
 * completed before step e + 1 of its leader.
 */
export interface FoldStage<P, I extends InputSpecs, O extends OutputSpecs, Library, E extends OutputSpecs>
  extends StageBase<P, I, O, Library> {
  kind: "fold";
  /** What a step is called: "epoch". */
  stepName: string;
  /** The outputs of every step; `outputs` are computed once, after the last step. */
  each: E;
  /** The number of the last step. Step 0 is the state before any work. A follower does not declare it. */
  lastStep?(params: P): number;
  /** The params that can change a step's result: never the number of steps. */
  stepParams(params: P): Record<string, unknown>;
  /**
   * Whether no further step is needed, by the values of its steps so far: this fold, and those that advance with it, then
   * end after this step. As that follows from the steps, it is no part of a key: params that only it uses are left out of
   * `stepParams` and `keyParams`. Null if these params never end it early.
   */
  ends?(params: P): ((steps: readonly Inputs<E>[]) => boolean) | null;
  /**
   * Yields the outputs of step 0 (or of the step after `resume`), 1, 2, …; returns the final outputs. Inputs that are
   * lists have entries 0 to e when step e is requested.
   */
  run(context: StageContext<P, I, Library>, resume: Resume | null): AsyncGenerator<Outputs<E>, Outputs<O>>;
}

// deno-lint-ignore no-explicit-any -- of any params, inputs and outputs; each stage is typed where it is declared.
export type Fold = FoldStage<any, any, any, any, any>;
// deno-lint-ignore no-explicit-any -- as above.
export type Stage = PlainStage<any, any, any, any> | Fold;
