/** Network access: a worker has none unless a stage has to reach a host, and drops it as soon as that stage has ended. */
import { makeJob } from "../engine/keys/request.ts";
import { lookUp } from "../engine/run/lookup.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Stage } from "../engine/stage/stage.ts";
import { graphOf } from "../experiment/chain.ts";
import type { LoadedExperiment } from "../experiment/load.ts";
import type { Variant } from "../experiment/variants.ts";
import type { RunContext } from "./run_context.ts";

/** The hosts ("HOST:PORT") that stages of an experiment name and this process may not reach. */
export function deniedHosts({ experiment, params }: LoadedExperiment, pipeline: Pipeline): string[] {
  return graphOf(pipeline, experiment).flatMap(({ stage }) => deniedTo(stage, params, pipeline));
}

function deniedTo(stage: Stage, params: Variant["params"], pipeline: Pipeline): string[] {
  const hosts = stage.hosts?.(params[stage.name], pipeline) ?? [];
  return hosts.filter((host) => Deno.permissions.querySync({ name: "net", host }).state !== "granted");
}

/** The hosts that stages of this variant have to reach and this process may not; none if all are stored. */
export function missingHosts(
  { experiment, params }: Variant,
  { pipeline, store, code, choices }: RunContext,
): string[] {
  const graph = graphOf(pipeline, experiment);
  return graph.flatMap((wired) => {
    const { stage } = wired;
    const missing = deniedTo(stage, params, pipeline);
    if (missing.length === 0) return [];
    const job = makeJob({ graph, params, library: pipeline }, wired, code, new Map());
    const isStored = job.waitsFor.length === 0 &&
      lookUp(store, job, choices.force.includes(stage.name)).record !== null;
    return isStored ? [] : missing;
  });
}

/**
 * Drops network access once stages that may have used it have ended. Code of a user keeps the hosts that were allowed for
 * it: those it names in no experiment.
 */
export function dropNetwork({ params }: Pick<Variant, "params">, { pipeline, choices }: RunContext): void {
  const kept = pipeline.roots.length > 1 ? choices.allowHost : [];
  if (kept.length === 0) return void Deno.permissions.revokeSync({ name: "net" });
  const named = pipeline.stages.flatMap((stage) =>
    params[stage.name] === undefined ? [] : stage.hosts?.(params[stage.name], pipeline) ?? []
  );
  for (const host of named) if (!kept.includes(host)) Deno.permissions.revokeSync({ name: "net", host });
}
