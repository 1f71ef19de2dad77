/** Runs stages on artifacts in memory, without a store and an engine. */
import type { z } from "zod";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import type { Library } from "../../../pipeline/define/library.ts";
import { artifactName, selectionOf } from "../../../pipeline/engine/stage/stage_graph.ts";
import type { Artifact, Produced } from "../../../pipeline/engine/stage/kind.ts";
import type {
  FoldStage,
  Inputs,
  InputSpecs,
  OutputSpecs,
  PlainStage,
  Resume,
} from "../../../pipeline/engine/stage/stage.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";

/** Artifacts by name; a list for an output of every step of a fold. */
export type Given = Readonly<Record<string, Artifact | readonly Artifact[]>>;

/** The outputs of a stage, by name. */
export type Outputs = Record<string, Artifact>;

/** The outputs of a fold: those of each step, step 0 (or the first after a resume) first, and the final ones. */
export interface FoldOutputs {
  steps: Outputs[];
  closing: Outputs;
}

type AnyPlain<P, I extends InputSpecs, O extends OutputSpecs> = PlainStage<P, I, O, Library>;
type AnyFold<P, I extends InputSpecs, O extends OutputSpecs, E extends OutputSpecs> = FoldStage<P, I, O, Library, E>;

/** Bytes as an artifact. */
export function artifactOf(bytes: Uint8Array): Artifact {
  const kept = Uint8Array.from(bytes);
  return {
    digest: digestOfBytes(kept),
    size: kept.length,
    bytes: () => kept,
    readInto: (target) => target.set(kept),
    pieces: () => [kept],
  };
}

/** The schema of a stage's params in the classifier pipeline. */
export function schemaOf<P>(stage: { params(library: Library): z.ZodType<P> }): z.ZodType<P> {
  return stage.params(classifier);
}

/** A stage's params, parsed from those of an experiment file. */
export function paramsOf<P>(stage: { params(library: Library): z.ZodType<P> }, params: unknown): P {
  return schemaOf(stage).parse(params);
}

/** Runs a stage with the params of an experiment file; returns its artifacts. */
export async function runPlain<P, I extends InputSpecs, O extends OutputSpecs>(
  stage: AnyPlain<P, I, O>,
  params: unknown,
  given: Given,
): Promise<Outputs> {
  return artifactsOf(await runStage(stage, params, given));
}

/** The same in the form that the engine receives, including files. */
export async function runStage<P, I extends InputSpecs, O extends OutputSpecs>(
  stage: AnyPlain<P, I, O>,
  params: unknown,
  given: Given,
  scratch = "unused",
): Promise<Record<string, Produced>> {
  const context = contextOf(paramsOf(stage, params), openInputs(stage, given), { scratch });
  return closed(stage.outputs, await stage.run(context));
}

/** Runs a fold with the params of an experiment file, from the start or after the step of `resume`. */
export async function runFold<P, I extends InputSpecs, O extends OutputSpecs, E extends OutputSpecs>(
  stage: AnyFold<P, I, O, E>,
  params: unknown,
  given: Given,
  resume: Resume | null = null,
): Promise<FoldOutputs> {
  const generator = stage.run(contextOf(paramsOf(stage, params), openInputs(stage, given)), resume);
  const steps: Outputs[] = [];
  for (;;) {
    const { done, value } = await generator.next();
    if (done) return { steps, closing: artifactsOf(closed(stage.outputs, value)) };
    steps.push(artifactsOf(closed(stage.each, value)));
  }
}

/** The context of a stage; `changes` replaces parts of it. */
export function contextOf<P, I extends InputSpecs>(
  params: P,
  inputs: Inputs<I>,
  changes: {
    scratch?: string;
    signal?: AbortSignal;
    progress?: (...values: [number, number | null, string?]) => void;
    pause?: () => Promise<void> | null;
    pinned?: (digest: string) => Uint8Array<ArrayBuffer>;
  } = {},
) {
  return {
    params,
    inputs,
    library: classifier,
    scratch: "unused",
    signal: new AbortController().signal,
    progress: () => {},
    pause: () => null,
    hasEnded: () => false,
    stored: () => null,
    pinned: (digest: string): Uint8Array<ArrayBuffer> => {
      throw new TypeError(`Nothing with the digest ${digest} is pinned.`);
    },
    ...changes,
  };
}

/** The values of a stage's inputs, opened from artifacts. */
export function openInputs<I extends InputSpecs>({ inputs }: { inputs: I }, given: Given): Inputs<I> {
  const opened = Object.entries(inputs).map(([name, input]) => {
    const { kind, parts } = selectionOf("each" in input ? input.each : input);
    const open = (artifactIn: (one: Artifact | readonly Artifact[]) => Artifact) =>
      kind.open(Object.fromEntries(parts.map((part) => [part, artifactIn(given[artifactName(name, kind, part)])])));
    if (!("each" in input)) return [name, open((one) => one as Artifact)];
    const steps = given[name] as readonly Artifact[];
    return [name, steps.map((_, step) => open((list) => (list as readonly Artifact[])[step]))];
  });
  return Object.fromEntries(opened);
}

/** The artifacts of outputs, closed by their kinds. */
function closed(outputs: OutputSpecs, returned: Record<string, unknown>): Record<string, Produced> {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, output]) => {
      const { kind, parts } = selectionOf(output);
      const produced = kind.close(returned[name]);
      return parts.map((part) => [artifactName(name, kind, part), produced[part]] as const);
    }),
  );
}

function artifactsOf(produced: Record<string, Produced>): Outputs {
  return Object.fromEntries(Object.entries(produced).map(([name, value]) => [name, asArtifact(value)]));
}

function asArtifact(produced: Produced): Artifact {
  if (produced instanceof Uint8Array) return artifactOf(produced);
  if ("bytes" in produced) return produced;
  if ("path" in produced) {
    throw new TypeError(`A file at ${produced.path} was handed over; these tests hold everything in memory.`);
  }
  return artifactOf(bytesOf(produced));
}

/** The bytes of what a stage outputs, whether at once or in pieces. */
export function bytesOf(produced: Produced): Uint8Array<ArrayBuffer> {
  if (produced instanceof Uint8Array) return produced;
  if ("path" in produced) return Deno.readFileSync(produced.path);
  const pieces = Array.from(produced.pieces(), (piece) => piece.slice());
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  pieces.reduce((start, piece) => (bytes.set(piece, start), start + piece.length), 0);
  return bytes;
}
