/** The chain of an experiment: its stages, in order. */
import { z } from "zod";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Experiment } from "../define/experiment.ts";
import { nameOf } from "../define/library.ts";
import { type Graph, wire } from "../engine/stage/stage_graph.ts";

/** The schema of the field "chain": names of the pipeline's stages, each at most once. */
export const chainSchema = perChain((pipeline) => {
  const names = z.array(nameOf(pipeline.stages)).min(1)
    .refine((chain) => new Set(chain).size === chain.length, "each stage at most once");
  const about = `The stages, in the order in which they run. Default: ${pipeline.chain.join(", ")}.`;
  return z.object({ chain: names.optional().describe(about) });
});

/** The default chain of an experiment that has params for these stages: the pipeline's, and the stages that join it. */
export function defaultChain({ chain, joins }: Pipeline, given: readonly string[]): readonly string[] {
  return chain.flatMap((name) => [name, ...given.filter((stage) => joins[stage] === name)]);
}

/** The stages of an experiment, with their inputs wired. @throws WiringError if an input cannot be wired. */
export function graphOf(pipeline: Pipeline, { chain }: Pick<Experiment, "chain">): Graph {
  return graphOfChain(pipeline, chain);
}

const graphOfChain = perChain((pipeline, chain) =>
  wire(chain.map((name) => pipeline.stages.find((stage) => stage.name === name)!))
);

/** Calls `make` once per pipeline and chain (default: the pipeline's), because many variants share them. */
export function perChain<V>(make: (pipeline: Pipeline, chain: readonly string[]) => V) {
  const made = new WeakMap<Pipeline, Map<string, V>>();
  return (pipeline: Pipeline, chain: readonly string[] = pipeline.chain): V => {
    const byChain = made.getOrInsertComputed(pipeline, () => new Map());
    return byChain.getOrInsertComputed(JSON.stringify(chain), () => make(pipeline, chain));
  };
}
