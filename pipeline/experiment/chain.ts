/** The chain of an experiment: the stages that it runs, in order. */
import { z } from "zod";
import type { Experiment } from "../define/experiment.ts";
import { nameOf } from "../define/library.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { type Graph, wire } from "../engine/stage/stage_graph.ts";

/** The schema of the field "chain" alone: names of the pipeline's stages, each at most once. */
export const chainSchema = perChain((pipeline) => {
  const names = z.array(nameOf(pipeline.stages)).min(1)
    .refine((chain) => new Set(chain).size === chain.length, "each stage at most once");
  const standard = pipeline.chain.join(", ");
  return z.object({
    chain: names.optional().describe(`The stages, in the order in which they run. Left out: ${standard}.`),
  });
});

/**
 * The stages of an experiment, each with the outputs that it is given.
 * @throws WiringError when a stage takes an output that no stage before it puts out.
 */
export function graphOf(pipeline: Pipeline, { chain = pipeline.chain }: Pick<Experiment, "chain">): Graph {
  return wire(chain.map((name) => pipeline.stages.find((stage) => stage.name === name)!));
}

/** Makes `make` work once for each pipeline and chain, by default the pipeline's own, however many variants ask. */
export function perChain<V>(make: (pipeline: Pipeline, chain: readonly string[]) => V) {
  const made = new WeakMap<Pipeline, Map<string, V>>();
  return (pipeline: Pipeline, chain: readonly string[] = pipeline.chain): V => {
    const known = made.get(pipeline) ?? new Map<string, V>();
    const key = JSON.stringify(chain);
    const value = known.get(key) ?? make(pipeline, chain);
    made.set(pipeline, known.set(key, value));
    return value;
  };
}
