/** Kinds of output: what passes between stages under one name, as artifacts in the store and as values in a stage. */

/** File format of an artifact; each can be opened by tools other than Retrace. */
export type Format = "file" | "npy" | "safetensors" | "json";

/** Declares one artifact: its format and what it is. */
export interface OutputSpec {
  format: Format;
  about: string;
}

/** The longest piece: long enough to be read fast, short enough to stay in the processor's cache until it is digested. */
export const PIECE_BYTES = 1 << 20;

/** Immutable bytes in the store. Reading checks them: @throws CorruptArtifactError if they do not match the digest. */
export interface Artifact {
  /** SHA-256 of the bytes, 64 hex digits. */
  readonly digest: string;
  /** Length in bytes. */
  readonly size: number;
  bytes(): Uint8Array<ArrayBuffer>;
  /** Reads the bytes into existing memory: `target.length === size`. */
  readInto(target: Uint8Array<ArrayBuffer>): void;
  /**
   * The bytes in order, a piece of at most PIECE_BYTES at a time, so that a file of any size needs little memory. What is
   * made of them may be used when all were read: instead of the last one, there can be an error. With `memory`, they may
   * be views of it, which is filled again when it is full; without, each has memory of its own.
   */
  pieces(memory?: Uint8Array<ArrayBuffer>): Iterable<Uint8Array<ArrayBuffer>>;
}

/** New bytes that are made while they are stored, a piece at a time, so they need not be in memory together. */
export interface ProducedPieces {
  /** Called once. A piece is no longer used when the next one is requested. */
  pieces(): Iterable<Uint8Array<ArrayBuffer>>;
}

/** A file for the store. */
export interface ProducedFile {
  path: string;
  /** The file, in the stage's scratch folder, may be removed once it is copied. Elsewhere it stays. */
  move?: boolean;
  /** The expected SHA-256; the store throws a ChecksumError for other bytes. */
  digest: string;
}

/** What can become an artifact: new bytes, at once or in pieces, a file, or an artifact passed through. */
export type Produced = Uint8Array<ArrayBuffer> | ProducedPieces | ProducedFile | Artifact;

/** A definition: something with a name that a pipeline offers, and the file that defines it. */
export interface Definition {
  readonly name: string;
  /** The URL of the defining file (`import.meta.url`). Editing the file re-runs the stages that depend on it. */
  readonly source: string;
}

/**
 * A kind of output: the artifacts it consists of, and how they are converted to and from the value a stage works with.
 * A kind with one part is stored under the output's name; one with several parts, under the names of its parts.
 */
// deno-lint-ignore no-explicit-any -- a kind of any values; each kind is typed where it is defined.
export interface Kind<In = any, Out = any> {
  /** Unique among kinds: "dataset", "checkpoint". An input is only wired to an output of the same kind. */
  readonly name: string;
  /** The artifacts, by name. */
  readonly parts: Readonly<Record<string, OutputSpec>>;
  /**
   * The definitions in a library that reading it can require: a checkpoint requires the layers of its model. Those that
   * the params of the stage that outputs it refer to are part of the key of every stage with this input.
   */
  needsDefinitions?(library: unknown): readonly Definition[];
  /** The value that a stage receives. Only the parts that the stage selects are present. */
  open(artifacts: Readonly<Record<string, Artifact>>): In;
  /** The artifacts of a value that a stage outputs. */
  close(value: Out): Readonly<Record<string, Produced>>;
}

/** The parts of a kind that a stage reads or changes. */
export interface Selection<In = unknown, Out = unknown> {
  readonly kind: Kind<In, Out>;
  readonly parts: readonly string[];
}

/** An input that a fold outputs at every step. It is received as a list, step 0 first. */
export interface EachStep<In = unknown> {
  readonly each: Kind<In>;
}

/** A kind that is one artifact, received and output without conversion. */
export function artifactKind(name: string, spec: OutputSpec): Kind<Artifact, Produced> {
  const parts = { [name]: spec };
  return { name, parts, open: (artifacts) => artifacts[name], close: (value) => ({ [name]: value }) };
}

/**
 * Selects parts of a kind. As an input, the other parts are neither read nor part of the key; as an output, they remain
 * what the earlier stages output.
 * @throws TypeError if the kind has no such part: a mistake in the declaration.
 */
export function only<In, Out>(kind: Kind<In, Out>, ...parts: string[]): Selection<In, Out> {
  const unknown = parts.find((part) => !Object.hasOwn(kind.parts, part));
  if (unknown === undefined) return { kind, parts };
  const known = Object.keys(kind.parts).join(", ");
  throw new TypeError(`The kind ${kind.name} has no part "${unknown}". Available: ${known}.`);
}

/** Declares an input that a fold outputs at every step. */
export function eachStep<In>(kind: Kind<In>): EachStep<In> {
  return { each: kind };
}
