/** The network, which the process gives up as soon as it is no longer needed. */
import { paramsForRun } from "../experiment/load.ts";
import type { Variant } from "../experiment/variants.ts";
import { canonicalJson, type Plain } from "../engine/store/digest.ts";

/** The hosts that deno.json allows `run` to reach. */
export const HOSTS = ["127.0.0.1", "localhost", "ossci-datasets.s3.amazonaws.com"];

/** What runs of this process still have to download; null in a worker, whose process others share. */
let downloads: Set<string> | null = null;

/** Gives up every host of deno.json that no experiment downloads from. */
export function keepNetworkFor(variants: readonly Variant[]): void {
  const urls = variants.flatMap(({ experiment: { pipeline: { download: { source } } } }) =>
    source.from === "https" ? [new URL(source.url)] : []
  );
  const needed = new Set(urls.map(({ hostname }) => hostname));
  for (const host of HOSTS) if (!needed.has(host)) Deno.permissions.revokeSync({ name: "net", host });
  downloads = new Set(variants.filter(needsNetwork).map(downloadOf));
  giveUpWhenDone();
}

/** Gives the network up once the download that a run was waiting for was the last: what comes after it computes. */
export function hasDownloaded(variant: Variant): void {
  downloads?.delete(downloadOf(variant));
  giveUpWhenDone();
}

function giveUpWhenDone(): void {
  if (downloads?.size === 0) Deno.permissions.revokeSync({ name: "net" });
}

function needsNetwork({ experiment }: Variant): boolean {
  return experiment.pipeline.download.source.from === "https";
}

function downloadOf(variant: Variant): string {
  return canonicalJson(paramsForRun(variant).download as Plain);
}
