/** Network access, which the process revokes as soon as no run needs it any more. */
import type { Pipeline } from "../define/define_pipeline.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";
import { graphOf } from "../experiment/chain.ts";
import type { Variant } from "../experiment/variants.ts";

/** Work that needs the network and is not done yet; null in a worker, which has the permissions of its process. */
let waiting: Set<string> | null = null;

/** Revokes access to every host in `allowed`, those of the task, that no stage of these variants has to reach. */
export function keepNetworkFor(pipeline: Pipeline, variants: readonly Variant[], allowed: readonly string[]): void {
  const needs = variants.flatMap((variant) => needsOf(pipeline, variant));
  for (const host of allowed) {
    if (!needs.some(({ hosts }) => hosts.includes(host))) Deno.permissions.revokeSync({ name: "net", host });
  }
  waiting = new Set(needs.map(({ work }) => work));
  revokeWhenDone();
}

/** Revokes network access once nothing needs it. This stage of the variant has ended; by default, all of them have. */
export function networkDone(pipeline: Pipeline, variant: Variant, ended?: string): void {
  if (waiting === null) return;
  for (const { stage, work } of needsOf(pipeline, variant)) {
    if (ended === undefined || ended === stage) waiting.delete(work);
  }
  revokeWhenDone();
}

function revokeWhenDone(): void {
  if (waiting?.size === 0) Deno.permissions.revokeSync({ name: "net" });
}

/** The stages that reach hosts; stages with the same params do the same work. */
function needsOf(pipeline: Pipeline, { experiment, params }: Variant) {
  return graphOf(pipeline, experiment).flatMap(({ stage: { name: stage, hosts: hostsOf } }) => {
    const hosts = hostsOf?.(params[stage], pipeline) ?? [];
    return hosts.length === 0 ? [] : [{ stage, hosts, work: canonicalJson({ stage, params: params[stage] as Plain }) }];
  });
}
