/** `cache gc`: removes what is old, too large, or unused. */
import { collectGarbage, type GarbageCollection } from "../../engine/cache/gc.ts";
import type { StoredFile } from "../../engine/cache/contents.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { Store } from "../../engine/store/store.ts";
import { digestsNeededBy } from "../../results/manifest.ts";
import { bytesText, countText } from "../../text/numbers.ts";
import { defineCommand } from "../command.ts";
import { flag, optional, repeatable } from "../option.ts";
import { reportsOf } from "../cache_progress.ts";
import { cache, json } from "../shared_options.ts";
import { print, tableText } from "../terminal.ts";
import { printCacheWait } from "../wait_text.ts";

export const command = defineCommand({
  name: "cache gc",
  about: "Remove stored results that nothing needs",
  example: "--keep-days 30",
  options: {
    keepDays: optional("N", "keep what was used in the last N days", parseDays),
    maxSize: optional("SIZE", "keep what was used last, up to this size: 500MB, 2GB", parseSize),
    unused: flag("keep only what is needed"),
    dryRun: flag("print what would be removed, and remove nothing"),
    results: repeatable("DIR", "a folder of results whose artifacts are needed (default: results)"),
    cache,
    json,
  },
  details:
    "Requires --keep-days, --max-size, both, or --unused. Whatever runs in progress use, and whatever results were " +
    "computed from, is always kept; runs can continue during it.",
  common: true,
  isPlain: true,
  // Receipts depend on files anywhere: it removes those that no longer hold.
  may: ({ options: { cache } }) => ({ read: true, write: [cache], sys: ["hostname"] }),
  run({ options: { keepDays: days, maxSize: size, unused, dryRun, results, cache, json }, send }) {
    if ((days !== undefined || size !== undefined) === unused) {
      throw new UsageError(
        "cache gc takes --keep-days N, --max-size SIZE (or both), or --unused, which say what may be removed. " +
          "See deno task cache gc --help.",
      );
    }
    const needed = () => new Set(foldersOf(results).flatMap((folder) => [...digestsNeededBy(folder)]));
    const report = reportsOf("cache gc", send);
    const removed = collectGarbage(new Store(cache), { days, size }, needed, {
      dryRun,
      onWait: printCacheWait,
      onRead: report("reading", "steps"),
      onRemove: report("removing", "steps"),
    });
    send({ progress: null });
    print(json ? JSON.stringify({ dryRun, ...asJson(removed) }) : asText(removed, dryRun));
    return 0;
  },
});

/** The folders of results whose artifacts are needed. */
function foldersOf(results: readonly string[]): readonly string[] {
  return results.length > 0 ? results : ["results"];
}

/** "30" → 30. @throws UsageError if it is not a number of days. */
export function parseDays(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new UsageError(`--keep-days takes a number of days, as in --keep-days 30, but was given "${text}".`);
}

/** "500MB" → 500000000; "1.5 GB", "2G", "1000" as well: a kB is 1000 bytes. @throws UsageError for anything else. */
export function parseSize(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([kmgt]?)b?$/i.exec(text) ?? [];
  if (number !== undefined) {
    return Math.round(Number(number) * 1000 ** ["", "K", "M", "G", "T"].indexOf(unit.toUpperCase()));
  }
  throw new UsageError(`--max-size takes a size, as in 500MB, 2GB or 0, but was given "${text}".`);
}

function asJson({ records, artifacts, others, locks, ...totals }: GarbageCollection) {
  const files = (all: readonly StoredFile[]) => all.map(({ path, size }) => ({ path, bytes: size }));
  return {
    records: records.map(({ stage, step, key }) => ({ stage, step, key })),
    artifacts: files(artifacts),
    others: files([...others, ...locks]),
    ...totals,
  };
}

function asText({ records, artifacts, others, locks, bytes, kept, live }: GarbageCollection, dryRun: boolean): string {
  const stages = Map.groupBy(records, ({ stage }) => stage);
  const rows = [...stages].map(([stage, { length }]) => [`  ${stage}`, countText(length)]);
  const runs = live > 0 ? ` and ${live} ${live === 1 ? "run" : "runs"} in progress` : "";
  return [
    `${dryRun ? "Would remove" : "Removed"} ${countText(records.length)} records, ${countText(artifacts.length)} ` +
    `artifacts and ${countText(others.length + locks.length)} other files: ${bytesText(bytes)}`,
    ...(rows.length > 0 ? [tableText(rows, ["left", "right"])] : []),
    `${dryRun ? "Would keep" : "Kept"} ${countText(kept.artifacts)} artifacts: ${bytesText(kept.bytes)}, of which ` +
    `${bytesText(kept.needed)} are needed by results${runs}`,
  ].join("\n");
}
