/** Stages run by hand on artifacts in memory: no store and no engine, only what the stage itself does. */
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import type {
  Artifact,
  FoldStage,
  Inputs,
  OutputRef,
  PlainStage,
  Produced,
  Resume,
} from "../../../pipeline/engine/stage/stage.ts";

type InputSpecs = Record<string, OutputRef>;

/** What a stage put out, by name. */
export type Outputs = Record<string, Artifact>;

/** What a fold put out: of each step, step 0 (or the first after a resume) first, and at its end. */
export interface FoldOutputs {
  steps: Outputs[];
  closing: Outputs;
}

/** Bytes as an artifact. */
export function artifactOf(bytes: Uint8Array): Artifact {
  const kept = Uint8Array.from(bytes);
  return {
    digest: digestOfBytes(kept),
    size: kept.length,
    bytes: () => kept,
    readInto: (target) => target.set(kept),
  };
}

/** Runs a stage on params as an experiment file writes them. */
export async function runPlain<P, I extends InputSpecs>(
  stage: PlainStage<P, I>,
  params: unknown,
  inputs: Inputs<I>,
): Promise<Outputs> {
  return artifactsOf(await stage.run(contextOf(stage.params.parse(params), inputs)));
}

/** Runs a fold on params as an experiment file writes them, from its start or after the step of `resume`. */
export async function runFold<P, I extends InputSpecs>(
  stage: FoldStage<P, I>,
  params: unknown,
  inputs: Inputs<I>,
  resume: Resume | null = null,
): Promise<FoldOutputs> {
  const generator = stage.run(contextOf(stage.params.parse(params), inputs), resume);
  const steps: Outputs[] = [];
  for (;;) {
    const { done, value } = await generator.next();
    if (done) return { steps, closing: artifactsOf(value) };
    steps.push(artifactsOf(value));
  }
}

function contextOf<P, I extends InputSpecs>(params: P, inputs: Inputs<I>) {
  return {
    params,
    inputs,
    scratch: "",
    signal: new AbortController().signal,
    progress: () => {},
    pause: () => Promise.resolve(),
  };
}

function artifactsOf(produced: Record<string, Produced>): Outputs {
  return Object.fromEntries(Object.entries(produced).map(([name, value]) => [name, asArtifact(value)]));
}

function asArtifact(produced: Produced): Artifact {
  if (produced instanceof Uint8Array) return artifactOf(produced);
  if ("bytes" in produced) return produced;
  throw new TypeError(`A file at ${produced.path} was handed over; these tests hold everything in memory.`);
}
