/** Network access: a worker has none unless a stage has to reach a host, and drops it as soon as that stage has ended. */
import { makeJob } from "../engine/keys/request.ts";
import { lookUp } from "../engine/run/lookup.ts";
import { graphOf } from "../experiment/chain.ts";
import type { Variant } from "../experiment/variants.ts";
import type { RunContext } from "./run_context.ts";

/** The hosts ("HOST:PORT") that stages of this variant have to reach and this process may not; none if all are stored. */
export function missingHosts(
  { experiment, params }: Variant,
  { pipeline, store, code, choices }: RunContext,
): string[] {
  const graph = graphOf(pipeline, experiment);
  return graph.flatMap((wired) => {
    const { stage } = wired;
    const hosts = stage.hosts?.(params[stage.name], pipeline) ?? [];
    const missing = hosts.filter((host) => Deno.permissions.querySync({ name: "net", host }).state !== "granted");
    if (missing.length === 0) return [];
    const job = makeJob({ graph, params, library: pipeline }, wired, code, new Map());
    const isStored = job.waitsFor.length === 0 &&
      lookUp(store, job, choices.force.includes(stage.name)).record !== null;
    return isStored ? [] : missing;
  });
}

/** Drops network access once a stage that may have used it has ended. */
export function dropNetwork(): void {
  Deno.permissions.revokeSync({ name: "net" });
}
