/** Network access, which the process gives up as soon as no run needs it any more. */
import type { Pipeline } from "../define/pipeline.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";
import { graphOf } from "../experiment/chain.ts";
import type { Variant } from "../experiment/variants.ts";

/** Work that needs the network and is not done yet; null in a worker, whose permissions are those of its process. */
let waiting: Set<string> | null = null;

/** Gives up every host in `allowed`, which the task's permissions name, that no stage of these variants has to reach. */
export function keepNetworkFor(pipeline: Pipeline, variants: readonly Variant[], allowed: readonly string[]): void {
  const needs = variants.flatMap((variant) => needsOf(pipeline, variant));
  const hosts = new Set(needs.flatMap(({ hosts }) => hosts));
  for (const host of allowed) if (!hosts.has(host)) Deno.permissions.revokeSync({ name: "net", host });
  waiting = new Set(needs.map(({ work }) => work));
  giveUpWhenDone();
}

/** Gives up the network once nothing waits for it. A stage of this variant has ended, or, by default, all of them have. */
export function networkDone(pipeline: Pipeline, variant: Variant, ended?: string): void {
  if (waiting === null) return;
  for (const { stage, work } of needsOf(pipeline, variant)) {
    if (ended === undefined || ended === stage) waiting.delete(work);
  }
  giveUpWhenDone();
}

function giveUpWhenDone(): void {
  if (waiting?.size === 0) Deno.permissions.revokeSync({ name: "net" });
}

/** The stages that reach hosts; stages with the same params do the same work. */
function needsOf(
  pipeline: Pipeline,
  { experiment, params }: Variant,
): { stage: string; hosts: readonly string[]; work: string }[] {
  return graphOf(pipeline, experiment).flatMap(({ stage: { name: stage, hosts } }) => {
    const reached = hosts?.(params[stage], pipeline) ?? [];
    const work = canonicalJson({ stage, params: params[stage] as Plain });
    return reached.length === 0 ? [] : [{ stage, hosts: reached, work }];
  });
}
