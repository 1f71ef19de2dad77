/**
 * What a stage is: data plus one function. Declaring a stage is all it takes to put it into the graph, the cache,
 * the plan and the drawing.
 */
import type { z } from "zod";

/** How the bytes of an artifact are to be read; every format can be opened by tools other than Retrace. */
export type Format = "idx" | "npy" | "safetensors" | "json";

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

/** What a stage may return for an output: new bytes, a file, or one of its inputs passed on. */
export type Produced = Uint8Array<ArrayBuffer> | ProducedFile | Artifact;

/** Declares one output: how to read it and what it is. */
export interface OutputSpec {
  format: Format;
  about: string;
}

/** Names an output of a stage, so that a later stage can ask for it. */
export interface OutputRef<Each extends boolean = boolean> {
  readonly stage: string;
  readonly output: string;
  /** True for an output that a fold makes once per step: an input of this kind arrives as a list. */
  readonly each: Each;
}

/** Says how far a long piece of work is: `done` of `total` units (total null: not known), and a word on its state. */
export type Progress = (done: number, total: number | null, note?: string) => void;

type InputSpecs = Record<string, OutputRef>;

/** The artifacts that a stage asked for, under the names that it gave them. */
export type Inputs<I extends InputSpecs> = {
  readonly [K in keyof I]: I[K] extends OutputRef<true> ? readonly Artifact[] : Artifact;
};

/** All that a stage may see. */
export interface StageContext<P, I extends InputSpecs> {
  readonly params: P;
  readonly inputs: Inputs<I>;
  /** A folder of the stage's own that outlives a killed run (partial downloads). Never read for a result. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  /**
   * To be awaited between pieces of work that hold the thread: lets a signal that has come be heard. The engine keeps the
   * clock that says when; a stage has none.
   */
  readonly pause: () => Promise<void>;
  readonly progress: Progress;
}

/** Where a fold goes on: the last step that is already stored, and what it put out. */
export interface Resume {
  readonly step: number;
  readonly outputs: Readonly<Record<string, Artifact>>;
}

interface StageBase<P, I extends InputSpecs> {
  /** Unique; also the stage's place in an experiment file. */
  name: string;
  /** Bump when run() means something else with the same code (a data file it reads, say). */
  version: number;
  /** What the stage does, in a line. */
  about: string;
  /** The file that declares the stage (`import.meta.url`): it and what it imports are part of the key. */
  source: string;
  params: z.ZodType<P>;
  inputs: I;
  outputs: Record<string, OutputSpec>;
  /** The part of the params that can change the result; by default all of them. */
  keyParams?: (params: P) => Record<string, unknown>;
}

/** A stage that makes its outputs in one go. */
export interface PlainStage<P = unknown, I extends InputSpecs = InputSpecs> extends StageBase<P, I> {
  kind: "plain";
  run(context: StageContext<P, I>): Promise<Record<string, Produced>> | Record<string, Produced>;
}

/**
 * A stage that makes its outputs step by step, each step from the one before: training, epoch by epoch. Every step is
 * stored when it is done, so that a longer run or a killed one goes on where the last one stopped.
 */
export interface FoldStage<P = unknown, I extends InputSpecs = InputSpecs> extends StageBase<P, I> {
  kind: "fold";
  /** What one step is called: "epoch". */
  stepName: string;
  /** What every step puts out; `outputs` are those made once, after the last step. */
  each: Record<string, OutputSpec>;
  /** The last step's number; steps count from 0, which is the state before any work. */
  lastStep(params: P, inputs: Inputs<I>): number;
  /** The part of the params that can change a step's result: never the number of steps. */
  stepParams: (params: P) => Record<string, unknown>;
  /** Yields the outputs of step 0 (or of the step after `resume`), 1, 2, …; returns the closing outputs. */
  run(context: StageContext<P, I>, resume: Resume | null): AsyncGenerator<
    Record<string, Produced>,
    Record<string, Produced>
  >;
}

// deno-lint-ignore no-explicit-any -- a stage of any params and inputs; each stage is typed where it is declared.
export type Stage = PlainStage<any, any> | FoldStage<any, any>;
