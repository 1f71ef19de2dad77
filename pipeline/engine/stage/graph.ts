/**
 * The graph of a chain of stages. Each input is wired, part by part, to the nearest stage before it that puts out a part
 * of that name and kind: a stage in the middle of the chain changes what it puts out, and leaves the rest as it was.
 */
import type { EachStep, Kind, Selection } from "./kind.ts";
import type { Artifact, FoldStage, OutputSpec, OutputSpecs, Stage } from "./stage.ts";

/** A chain in which a stage cannot be given what it takes. */
export class WiringError extends Error {
  override name = "WiringError";
}

/** Where an artifact that a stage takes comes from: the stage, and the name under which that stored it. */
export interface Wire {
  part: string;
  stage: string;
  artifact: string;
}

/** An input of a stage, wired. */
export interface WiredInput {
  name: string;
  kind: Kind;
  /** Whether it arrives as a list, an entry for every step of the fold that puts it out. */
  each: boolean;
  wires: readonly Wire[];
}

/** A stage of a chain. */
export interface WiredStage {
  stage: Stage;
  inputs: readonly WiredInput[];
  /** The fold whose steps this one follows; null for a fold with steps of its own, and for a plain stage. */
  follows: string | null;
}

/** The stages of a chain in order, each after the ones it takes its inputs from. */
export type Graph = readonly WiredStage[];

/** An arrow of the graph: `input` of stage `to` is the artifact `output` of stage `from`. */
export interface Arrow {
  from: string;
  output: string;
  to: string;
  input: string;
}

/**
 * Wires stages in the order given.
 * @throws WiringError for two stages of one name, or an input that no stage before puts out.
 */
export function wire(stages: readonly Stage[]): Graph {
  const names = stages.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new WiringError(`The chain has the stage ${twice} twice.`);
  return stages.map((stage, at) => {
    const before = stages.slice(0, at);
    const inputs = Object.entries(stage.inputs as Record<string, Kind | Selection | EachStep>).map(([name, input]) =>
      wiredInput(stage, name, input, before)
    );
    return { stage, inputs, follows: stage.kind === "fold" ? followed(stage, inputs) : null };
  });
}

/** All arrows of a graph, in the order of its stages. */
export function arrowsOf(graph: Graph): Arrow[] {
  return graph.flatMap(({ stage, inputs }) =>
    inputs.flatMap((input) =>
      input.wires.map(({ stage: from, artifact, part }) => ({
        from,
        output: artifact,
        to: stage.name,
        input: inputName(input, part),
      }))
    )
  );
}

/**
 * Stages that run one after the other, and folds that advance together: each fold with those right behind it that follow
 * it.
 */
export function groupsOf(graph: Graph): WiredStage[][] {
  const groups: WiredStage[][] = [];
  for (const wired of graph) {
    const group = groups[groups.length - 1];
    const isFollower = wired.follows !== null && group?.some(({ stage }) => stage.name === wired.follows);
    if (isFollower) group.push(wired);
    else groups.push([wired]);
  }
  return groups;
}

/** What a part of an input is called in keys and cues: its input's name, and the part's where there are several. */
export function inputName({ name, kind }: Pick<WiredInput, "name" | "kind">, part: string): string {
  return hasParts(kind) ? `${name}.${part}` : name;
}

/** The artifacts that a stage puts out, by the names under which they are stored. */
export function artifactsOf(outputs: OutputSpecs): Record<string, OutputSpec> {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, output]) => {
      const { kind, parts } = selectionOf(output);
      return parts.map((part) => [artifactName(name, kind, part), kind.parts[part]]);
    }),
  );
}

/** The name under which a part of an output is stored. */
export function artifactName(output: string, kind: Kind, part: string): string {
  return hasParts(kind) ? part : output;
}

/** A kind, or a selection of its parts, as the latter. */
export function selectionOf(output: Kind | Selection): Selection {
  return "kind" in output ? output : { kind: output, parts: Object.keys(output.parts) };
}

/**
 * The value of an output: what its kind makes of the artifacts of the stages that put out its parts last, as
 * `artifact(stage, name)` gives them. Null when no stage of the graph puts it out.
 */
export function openOutput(
  graph: Graph,
  name: string,
  artifact: (stage: string, name: string) => Artifact,
): { value: unknown } | null {
  const stages = graph.map(({ stage }) => stage);
  const kind = kindOf(stages, name);
  if (kind === null) return null;
  const parts = Object.keys(kind.parts).flatMap((part) => {
    const found = nearest(stages, name, kind, part);
    return found === null ? [] : [[part, artifact(found.stage, found.artifact)] as const];
  });
  return { value: kind.open(Object.fromEntries(parts)) };
}

function hasParts({ parts }: Kind): boolean {
  return Object.keys(parts).length > 1;
}

function wiredInput(
  stage: Stage,
  name: string,
  input: Kind | Selection | EachStep,
  before: readonly Stage[],
): WiredInput {
  const each = "each" in input;
  const { kind, parts } = each ? selectionOf(input.each) : selectionOf(input);
  const wires = parts.map((part): Wire => {
    const found = nearest(before, name, kind, part);
    if (found === null || found.each !== each) throw notPutOut(stage, name, kind, before, found?.each ?? null);
    return { part, stage: found.stage, artifact: found.artifact };
  });
  return { name, kind, each, wires };
}

/** The last of some stages that puts out this part of an output, and whether it does so at every step. */
function nearest(
  stages: readonly Stage[],
  name: string,
  kind: Kind,
  part: string,
): { stage: string; artifact: string; each: boolean } | null {
  for (const stage of stages.toReversed()) {
    for (const [outputs, each] of outputsOf(stage)) {
      const output = Object.hasOwn(outputs, name) ? selectionOf(outputs[name]) : null;
      if (output === null || output.kind.name !== kind.name || !output.parts.includes(part)) continue;
      return { stage: stage.name, artifact: artifactName(name, kind, part), each };
    }
  }
  return null;
}

function kindOf(stages: readonly Stage[], name: string): Kind | null {
  const found = stages.toReversed().flatMap(outputsOf).find(([outputs]) => Object.hasOwn(outputs, name));
  return found === undefined ? null : selectionOf(found[0][name]).kind;
}

function outputsOf(stage: Stage): (readonly [OutputSpecs, boolean])[] {
  return stage.kind === "fold" ? [[stage.outputs, false], [stage.each, true]] : [[stage.outputs, false]];
}

/** A fold follows the fold whose steps it takes; of several, the one whose steps come last. */
function followed(stage: FoldStage, inputs: readonly WiredInput[]): string | null {
  const makers = inputs.filter(({ each }) => each).map(({ wires }) => wires[0].stage);
  if (stage.lastStep === undefined && makers.length === 0) {
    throw new WiringError(`The fold ${stage.name} has no last step of its own and follows no other fold.`);
  }
  return stage.lastStep === undefined ? makers[makers.length - 1] : null;
}

function notPutOut(
  stage: Stage,
  name: string,
  kind: Kind,
  before: readonly Stage[],
  each: boolean | null,
): WiringError {
  if (each !== null) {
    return new WiringError(
      each
        ? `The stage ${stage.name} takes "${name}" as one value, but it is put out at every step: take it with eachStep.`
        : `The stage ${stage.name} takes "${name}" step by step, but it is put out once.`,
    );
  }
  const names = before.map((one) => one.name);
  const among = names.length === 0 ? "it is the first of the chain" : `before it come ${names.join(", ")}`;
  return new WiringError(
    `The stage ${stage.name} takes "${name}" (${kind.name}), but no stage before it puts that out: ${among}. ` +
      "Put a stage that does before it.",
  );
}
