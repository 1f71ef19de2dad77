/** The graph of a chain: each part of an input is wired to the nearest earlier stage that outputs it with that kind. */
import type { Artifact, Kind, OutputSpec, Selection } from "./kind.ts";
import type { Fold, InputSpecs, OutputSpecs, Stage } from "./stage.ts";

/** A chain in which an input of a stage cannot be wired. */
export class WiringError extends Error {
  override name = "WiringError";
}

/** Where a part of an input comes from: a stage, and the name under which it stores the artifact. */
export interface Wire {
  part: string;
  stage: string;
  artifact: string;
}

/** An input of a stage, wired. */
export interface WiredInput {
  name: string;
  kind: Kind;
  /** Whether it is a list, with one entry for every step of the fold that outputs it. */
  each: boolean;
  wires: readonly Wire[];
}

/** A stage of a chain. */
export interface WiredStage {
  stage: Stage;
  inputs: readonly WiredInput[];
  /** The fold that this one follows; null for a plain stage and for a fold that declares its own last step. */
  follows: string | null;
}

/** The stages of a chain in order; every stage comes after the stages that output its inputs. */
export type Graph = readonly WiredStage[];

/** An arrow of the graph: `input` of stage `to` is the artifact `output` of stage `from`. */
export interface Arrow {
  from: string;
  output: string;
  to: string;
  input: string;
}

/** Wires stages in order. @throws WiringError if two have the same name, or no earlier stage outputs an input. */
export function wire(stages: readonly Stage[]): Graph {
  const names = stages.map(({ name }) => name);
  const duplicate = names.find((name, i) => names.indexOf(name) !== i);
  if (duplicate !== undefined) throw new WiringError(`The chain has the stage ${duplicate} twice.`);
  return stages.map((stage, i) => {
    const earlier = stages.slice(0, i);
    const specs = Object.entries(stage.inputs as InputSpecs);
    const inputs = specs.map(([name, input]) => wiredInput(stage, name, input, earlier));
    return { stage, inputs, follows: stage.kind === "fold" ? leaderOf(stage, inputs) : null };
  });
}

/** All arrows of a graph, in the order of its stages. */
export function arrowsOf(graph: Graph): Arrow[] {
  return graph.flatMap(({ stage: { name: to }, inputs }) =>
    inputs.flatMap((input) =>
      input.wires.map((one) => ({ from: one.stage, output: one.artifact, to, input: inputName(input, one.part) }))
    )
  );
}

/** The stages in groups that run one after the other: one stage, or a fold with the folds that advance with it. */
export function groupsOf(graph: Graph): WiredStage[][] {
  const groups: WiredStage[][] = [];
  for (const wired of graph) {
    const group = groups.at(-1);
    if (group !== undefined && advancesWith(group, wired)) group.push(wired);
    else groups.push([wired]);
  }
  return groups;
}

/** True if a fold can advance step by step: it gets lists from these folds only, and none of their final outputs. */
function advancesWith(group: readonly WiredStage[], { inputs, follows }: WiredStage): boolean {
  const names = group.map(({ stage }) => stage.name);
  return follows !== null && names.includes(follows) &&
    inputs.every(({ each, wires }) => wires.every(({ stage }) => names.includes(stage) === each));
}

/** The name of a part of an input in keys and cues: the input's name, and the part's if the kind has several. */
export function inputName({ name, kind }: Pick<WiredInput, "name" | "kind">, part: string): string {
  return hasParts(kind) ? `${name}.${part}` : name;
}

/** The artifacts that a stage outputs, by the names under which they are stored. */
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

/** The kind and the parts of an output; a kind alone stands for all of its parts. */
export function selectionOf(output: Kind | Selection): Selection {
  return "kind" in output ? output : { kind: output, parts: Object.keys(output.parts) };
}

/**
 * The value of an output, opened by its kind. Each part is an artifact of the last stage that outputs it, which
 * `artifact(stage, name)` returns. Null if no stage of the graph has such an output.
 */
export function openOutput(
  graph: Graph,
  name: string,
  artifact: (stage: string, name: string) => Artifact,
): { value: unknown } | null {
  const stages = graph.map(({ stage }) => stage);
  const kind = outputsOf(stages).find((output) => output.name === name)?.kind;
  if (kind === undefined) return null;
  const parts = Object.keys(kind.parts).flatMap((part) => {
    const found = nearest(stages, name, kind, part);
    return found === undefined ? [] : [[part, artifact(found.stage, artifactName(name, kind, part))] as const];
  });
  return { value: kind.open(Object.fromEntries(parts)) };
}

/** The value of an output, opened by its kind; `artifact` returns what is stored under a name. */
export function openStored(name: string, output: Kind | Selection, artifact: (name: string) => Artifact): unknown {
  const { kind, parts } = selectionOf(output);
  return kind.open(Object.fromEntries(parts.map((part) => [part, artifact(artifactName(name, kind, part))])));
}

function hasParts({ parts }: Kind): boolean {
  return Object.keys(parts).length > 1;
}

function wiredInput(stage: Stage, name: string, input: InputSpecs[string], earlier: readonly Stage[]): WiredInput {
  const each = "each" in input;
  const { kind, parts } = selectionOf(each ? input.each : input);
  const wires = parts.map((part): Wire => {
    const found = nearest(earlier, name, kind, part);
    if (found?.each !== each) throw notWired(stage, `"${name}" (${kind.name})`, earlier, found?.each);
    return { part, stage: found.stage, artifact: artifactName(name, kind, part) };
  });
  return { name, kind, each, wires };
}

/** An output of a stage; `each` if it is output at every step. */
interface Output extends Selection {
  stage: string;
  name: string;
  each: boolean;
}

/** The last output of some stages with this name and kind that has this part. */
function nearest(stages: readonly Stage[], name: string, kind: Kind, part: string): Output | undefined {
  return outputsOf(stages).find((output) =>
    output.name === name && output.kind.name === kind.name && output.parts.includes(part)
  );
}

/** All outputs of some stages, those of the last stage first. */
function outputsOf(stages: readonly Stage[]): Output[] {
  return stages.toReversed().flatMap((stage) => {
    const listed = (outputs: OutputSpecs, each: boolean) =>
      Object.entries(outputs).map(([name, output]) => ({ ...selectionOf(output), stage: stage.name, name, each }));
    return [...listed(stage.outputs, false), ...(stage.kind === "fold" ? listed(stage.each, true) : [])];
  });
}

/** The fold that a fold without a last step follows: the last one that outputs an input of it at every step. */
function leaderOf(stage: Fold, inputs: readonly WiredInput[]): string | null {
  if (stage.lastStep !== undefined) return null;
  const followed = inputs.findLast(({ each }) => each);
  if (followed !== undefined) return followed.wires[0].stage;
  throw new WiringError(`The fold ${stage.name} has no lastStep and no input with eachStep. Declare one of them.`);
}

/** `each` is how the earlier stages output the input: at every step, once, or undefined for not at all. */
function notWired(stage: Stage, input: string, earlier: readonly Stage[], each: boolean | undefined): WiringError {
  const names = earlier.map(({ name }) => name).join(", ") || "none";
  const problem = each === undefined
    ? `no earlier stage outputs it (earlier stages: ${names}). Put a stage that does earlier in the chain.`
    : each
    ? "it is output at every step. Declare the input with eachStep."
    : "it is output only once. Declare the input without eachStep.";
  return new WiringError(`The stage ${stage.name} has the input ${input}, but ${problem}`);
}
