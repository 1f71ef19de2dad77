/** `cache gc`: removes what is old, too much, or not used. */
import { clear, type Clearing, type KeepRule } from "../../engine/cache/gc.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { digestsNeededBy } from "../../results/manifest.ts";
import { Store } from "../../engine/store/store.ts";
import { bytesText, countText } from "../../text/numbers.ts";
import { readOptions } from "../options.ts";
import { print, tableText } from "../terminal.ts";

const HELP = `Remove records and artifacts that nobody needs. What a run that is going on uses, and what the results in
results/ were made from, always stays; runs may go on meanwhile.

  deno task cache gc --keep-days N | --max-size SIZE | --unused [options]

  --keep-days N    keep what was used in the last N days
  --max-size SIZE  keep what was used last, up to this size: 500MB, 2GB (the two may be combined)
  --unused         keep nothing but what is needed
  --dry-run        say what would be removed, and remove nothing
  --results DIR    where results are that must keep what they were made from; may be given several times
                   (default: results)
  --cache DIR      where stages are stored (default: .retrace); for another folder,
                   RETRACE_ALLOW=--allow-write=DIR deno task cache gc … --cache DIR
  --json           print what was removed as JSON`;

const SPEC = {
  command: "cache gc",
  values: ["keep-days", "max-size", "cache"],
  lists: ["results"],
  switches: ["unused", "dry-run", "json"],
};

const UNITS: Record<string, number> = { "": 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** The command. */
export function cacheGc(args: string[]): number {
  const { values, lists, switches, rest } = readOptions(args, SPEC);
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`cache gc takes options only, but was given ${rest.join(" ")}.`);
  const rule = ruleOf(values["keep-days"], values["max-size"], switches.has("unused"));
  const results = lists.results.length > 0 ? lists.results : ["results"];
  const needed = () => new Set(results.flatMap((folder) => [...digestsNeededBy(folder)]));
  const isDry = switches.has("dry-run");
  const clearing = clear(new Store(values.cache ?? ".retrace"), rule, needed, isDry);
  print(switches.has("json") ? JSON.stringify(asJson(clearing, isDry)) : asText(clearing, isDry));
  return 0;
}

function ruleOf(days: string | undefined, size: string | undefined, unused: boolean): KeepRule {
  const given = days !== undefined || size !== undefined;
  if (given === unused) {
    throw new UsageError(
      "cache gc takes --keep-days N, --max-size SIZE (or both), or --unused: it must be said what may go. " +
        "See deno task cache gc --help.",
    );
  }
  return {
    ...(days === undefined ? {} : { days: parseDays(days) }),
    ...(size === undefined ? {} : { size: parseSize(size) }),
  };
}

/** "30" → 30. */
export function parseDays(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new UsageError(`--keep-days takes a number of days, as in --keep-days 30, but was given "${text}".`);
}

/** "500MB" → 500000000, "1.5 GB", "2G", "1000": units as they are printed, a kB being 1000 bytes. */
export function parseSize(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([kmgt]?)b?$/i.exec(text) ?? [];
  if (number !== undefined) return Math.round(Number(number) * UNITS[unit.toUpperCase()]);
  throw new UsageError(`--max-size takes a size, as in 500MB, 2GB or 0, but was given "${text}".`);
}

function asJson({ records, artifacts, others, locks, bytes, kept, live }: Clearing, dryRun: boolean): unknown {
  return {
    dryRun,
    records: records.map(({ key, record: { request: { stage, step } } }) => ({ stage, step, key })),
    artifacts: artifacts.map(({ path, size }) => ({ path, bytes: size })),
    others: [...others, ...locks].map(({ path, size }) => ({ path, bytes: size })),
    bytes,
    kept,
    live,
  };
}

function asText({ records, artifacts, others, locks, bytes, kept, live }: Clearing, dryRun: boolean): string {
  const stages = Map.groupBy(records, ({ record }) => record.request.stage);
  const rows = [...stages].map(([stage, { length }]) => [`  ${stage}`, countText(length)]);
  const verb = dryRun ? "Would remove" : "Removed";
  return [
    `${verb} ${countText(records.length)} records, ${countText(artifacts.length)} artifacts and ` +
    `${countText(others.length + locks.length)} other files: ${bytesText(bytes)}`,
    ...(rows.length > 0 ? [tableText(rows, ["left", "right"])] : []),
    `${dryRun ? "Would keep" : "Kept"} ${countText(kept.artifacts)} artifacts: ${bytesText(kept.bytes)}, of which ` +
    `${bytesText(kept.needed)} are needed by results${
      live > 0 ? ` and ${live} live ${live === 1 ? "run" : "runs"}` : ""
    }`,
  ].join("\n");
}
