/** Kinds of output: what flows between stages under one name, as artifacts in the store and as values in a stage. */
import type { Artifact, OutputSpec, Produced } from "./stage.ts";

/**
 * A kind of output: the artifacts that it consists of, how a stage is given it, and how a stage puts it out.
 *
 * A kind with one part is stored under the name of the output; one with several under the names of its parts.
 */
// deno-lint-ignore no-explicit-any -- a kind of any values; each kind is typed where it is defined.
export interface Kind<In = any, Out = any> {
  /** Unique among kinds: "dataset", "checkpoint". A stage is given an input only from an output of the same kind. */
  readonly name: string;
  /** The artifacts, by their names. */
  readonly parts: Readonly<Record<string, OutputSpec>>;
  /**
   * Whether reading it takes the definitions that its maker's params name: a checkpoint needs the layers of its model.
   * The code of these definitions is then part of the key of every stage that takes it as an input.
   */
  readonly needsDefinitions?: true;
  /** The value that a stage is given. Artifacts that the stage did not ask for are missing. */
  open(artifacts: Readonly<Record<string, Artifact>>): In;
  /** The artifacts of a value that a stage puts out. */
  close(value: Out): Readonly<Record<string, Produced>>;
}

/** Some parts of a kind: what a stage reads, or changes, of it. */
export interface Selection<In = unknown, Out = unknown> {
  readonly kind: Kind<In, Out>;
  readonly parts: readonly string[];
}

/** An input that a fold puts out at every step: it arrives as a list, step 0 first. */
export interface EachStep<In = unknown> {
  readonly each: Kind<In>;
}

/** A kind that is one artifact, given and put out as it is. */
export function artifactKind(name: string, spec: OutputSpec): Kind<Artifact, Produced> {
  return {
    name,
    parts: { [name]: spec },
    open: (artifacts) => artifacts[name],
    close: (value) => ({ [name]: value }),
  };
}

/**
 * Only these parts of a kind. As an input, the others are not read and are no part of the key; as an output, the others
 * stay what the stages before put out.
 * @throws TypeError when the kind has no such part: a mistake in the declaration, found when it is loaded.
 */
export function only<In, Out>(kind: Kind<In, Out>, ...parts: string[]): Selection<In, Out> {
  const unknown = parts.find((part) => !Object.hasOwn(kind.parts, part));
  if (unknown === undefined) return { kind, parts };
  throw new TypeError(
    `The kind ${kind.name} has no part "${unknown}"; its parts are ${Object.keys(kind.parts).join(", ")}.`,
  );
}

/** What the fold before puts out at every step. */
export function eachStep<In>(kind: Kind<In>): EachStep<In> {
  return { each: kind };
}
