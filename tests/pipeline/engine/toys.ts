/** Four small stages that need no dataset: words → lower → grow (a fold) → report. */
import { z } from "zod";
import { type Graph, wire } from "../../../pipeline/engine/stage/stage_graph.ts";
import {
  type Artifact,
  artifactKind,
  eachStep,
  type Kind,
  type Produced,
} from "../../../pipeline/engine/stage/kind.ts";
import type { FoldStage, InputSpecs, OutputSpecs, PlainStage, Stage } from "../../../pipeline/engine/stage/stage.ts";
import { digestOfPlain } from "../../../pipeline/engine/store/digest.ts";

/** Each toy's params by its name. */
export interface ToyParams {
  words: { text: string; repeat: number };
  lower: { mark: string };
  grow: { rounds: number; salt: { value: number; kind?: string } };
  report: { title: string; colour: string };
}

export const TOY_PARAMS: ToyParams = {
  words: { text: "Retrace", repeat: 3 },
  lower: { mark: "" },
  grow: { rounds: 3, salt: { value: 7 } },
  report: { title: "toys", colour: "blue" },
};

/** A repeat for which the artifact of `words` (and of `lower`) is large enough for a remembered check: 1 MiB. */
export const BIG = 160_000;

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (artifact: Artifact) => new TextDecoder().decode(artifact.bytes());

/** A kind of one artifact. */
export function bytesKind(name: string): Kind<Artifact, Produced> {
  return artifactKind(name, { format: "json", about: "Some bytes." });
}

/** Declares a plain stage, with its types. */
export function plainStage<P, I extends InputSpecs, O extends OutputSpecs>(
  stage: Omit<PlainStage<P, I, O, unknown>, "kind" | "params"> & { params: z.ZodType<P> },
): PlainStage<P, I, O, unknown> {
  return { ...stage, kind: "plain", params: () => stage.params };
}

/** Declares a fold, with its types. */
export function foldStage<P, I extends InputSpecs, O extends OutputSpecs, E extends OutputSpecs>(
  stage: Omit<FoldStage<P, I, O, unknown, E>, "kind" | "params"> & { params: z.ZodType<P> },
): FoldStage<P, I, O, unknown, E> {
  return { ...stage, kind: "fold", params: () => stage.params };
}

const [text, small, last, state, double, page] = ["text", "small", "last", "state", "double", "page"].map(bytesKind);

/** The toys; `log` is called at the beginning of every piece of work: "words", "grow 2". */
export function makeToys(log: (work: string) => void) {
  const words = plainStage({
    name: "words",
    version: 1,
    about: "Repeats a text.",
    source: import.meta.url,
    params: z.object({ text: z.string(), repeat: z.int() }),
    inputs: {},
    outputs: { text },
    run({ params }) {
      log("words");
      return { text: encode(params.text.repeat(params.repeat)) };
    },
  });

  const lower = plainStage({
    name: "lower",
    version: 1,
    about: "Converts a text to lower case, so different texts can have the same bytes.",
    source: import.meta.url,
    params: z.object({ mark: z.string() }),
    inputs: { text },
    outputs: { small },
    run({ params, inputs }) {
      log("lower");
      return { small: encode(decode(inputs.text).toLowerCase() + params.mark) };
    },
  });

  const grow = foldStage({
    name: "grow",
    version: 1,
    about: "Computes every state from the one before.",
    source: import.meta.url,
    params: z.object({ rounds: z.int(), salt: z.object({ value: z.number(), kind: z.string().optional() }) }),
    stepName: "round",
    inputs: { small },
    outputs: { last },
    each: { state, double },
    lastStep: ({ rounds }) => rounds,
    stepParams: ({ rounds: _, ...params }) => params,
    async *run({ params, inputs }, resume) {
      let state = resume === null ? inputs.small.digest : decode(resume.outputs.state);
      for (let round = resume === null ? 0 : resume.step + 1; round <= params.rounds; round++) {
        log(`grow ${round}`);
        state = await Promise.resolve(digestOfPlain([state, params.salt]));
        yield { state: encode(state), double: encode(`${state} ${state}`) };
      }
      log("grow ends");
      return { last: encode(`last ${state}`) };
    },
  });

  const report = plainStage({
    name: "report",
    version: 1,
    about: "Lists all states.",
    source: import.meta.url,
    params: z.object({ title: z.string(), colour: z.string() }),
    // The colour does not affect the output.
    keyParams: ({ title }) => ({ title }),
    inputs: { state: eachStep(state), last, text },
    outputs: { page, text },
    run({ params, inputs }) {
      log("report");
      const page = [params.title, ...inputs.state.map(decode), decode(inputs.last), decode(inputs.text)].join("\n");
      return { page: encode(page), text: inputs.text };
    },
  });

  return { words, lower, grow, report };
}

/** The toys as a graph; `change` can replace stages. */
export function toyGraph(log: (work: string) => void, change: (stage: Stage) => Stage = (stage) => stage): Graph {
  return wire(Object.values(makeToys(log)).map((stage) => change(stage as Stage)));
}

/** The work of a first run of the toys, in order. */
export function allWork(rounds: number): string[] {
  const steps = Array.from({ length: rounds + 1 }, (_, round) => `grow ${round}`);
  return ["words", "lower", ...steps, "grow ends", "report"];
}
