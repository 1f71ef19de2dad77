/** Kinds of output: what passes between stages under one name, as artifacts in the store and as values in a stage. */
import type { Artifact, OutputSpec, Produced } from "./artifact.ts";

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
