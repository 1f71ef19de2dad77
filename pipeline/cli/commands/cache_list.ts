/** `cache list`: every record that is stored, and how much there is of everything. */
import { type Contents, contentsOf, type StoredRecord, totalSize } from "../../engine/cache/contents.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { readLeases } from "../../engine/store/lease.ts";
import { Store } from "../../engine/store/store.ts";
import { diskIo, readingOnly } from "../../engine/store/store_io.ts";
import { bytesText, countText, secondsText } from "../../text/numbers.ts";
import { readOptions } from "../options.ts";
import { bold, dim, print, tableText } from "../terminal.ts";

const HELP = `List every record that is stored: stage, size, age, and what it was made with.

  deno task cache list [options]

  --cache DIR   where stages are stored (default: .retrace)
  --json        print everything as JSON, the single steps of folds as well

SIZE is that of the artifacts that a record names; records share them, and TOTAL counts each once.
USED is when a record was made or last used, to the day.`;

/** More text than this of params says no more at a glance. */
const PARAMS_WIDTH = 72;

/** The command. */
export function cacheList(args: string[]): number {
  const { values, switches, rest } = readOptions(args, {
    command: "cache list",
    values: ["cache"],
    switches: ["json"],
  });
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`cache list takes options only, but was given ${rest.join(" ")}.`);
  const root = values.cache ?? ".retrace";
  const contents = contentsOf(new Store(root, readingOnly(diskIo)));
  const { live } = readLeases(root);
  print(switches.has("json") ? JSON.stringify(asJson(contents, live)) : asText(root, contents, live));
  return 0;
}

function asJson({ records, damagedRecords, artifacts, quarantine }: Contents, live: number): unknown {
  return {
    records: records.map(({ key, record: { request, seconds }, used, artifacts }) => ({
      ...request,
      key,
      artifacts: [...artifacts].map(([digest, size]) => ({ digest, size })),
      bytes: sizeOf(artifacts),
      used: new Date(used).toISOString(),
      seconds,
    })),
    damagedRecords,
    artifacts: { count: artifacts.size, bytes: totalSize(artifacts.values()) },
    quarantine: quarantine.map(({ path, size }) => ({ path, bytes: size })),
    live,
  };
}

function asText(root: string, { records, damagedRecords, artifacts, quarantine }: Contents, live: number): string {
  const wholes = records.filter(({ record }) => record.request.step === undefined);
  const newestFirst = [...wholes].sort((a, b) => b.used - a.used);
  const head = ["stage", "key", "size", "used", "took", "made with"].map(bold);
  const rows = newestFirst.map(({ key, record: { request, seconds }, artifacts, used }) => [
    request.stage,
    key.slice(0, 10),
    bytesText(sizeOf(artifacts)),
    ageText(used),
    secondsText(seconds),
    dim(paramsText(request.params)),
  ]);
  const steps = records.length - wholes.length;
  return [
    ...(rows.length > 0 ? [tableText([head, ...rows], ["left", "left", "right", "right", "right", "left"]), ""] : []),
    `${root}: ${countText(wholes.length)} records and ${countText(steps)} of single steps; ` +
    `${countText(artifacts.size)} artifacts, ${bytesText(totalSize(artifacts.values()))} in total`,
    ...(damagedRecords.length > 0
      ? [`${damagedRecords.length} damaged records: deno task cache verify --repair sets them aside`]
      : []),
    ...(quarantine.length > 0 ? [`quarantine: ${bytesText(totalSize(quarantine))} of damaged files`] : []),
    ...(live > 0 ? [`${live} ${live === 1 ? "run is" : "runs are"} going on`] : []),
  ].join("\n");
}

function sizeOf(artifacts: StoredRecord["artifacts"]): number {
  return [...artifacts.values()].reduce((sum, size) => sum + size, 0);
}

function ageText(time: number): string {
  const minutes = Math.max(0, Date.now() - time) / 60_000;
  if (minutes < 1) return "now";
  if (minutes < 120) return `${Math.floor(minutes)} min ago`;
  return minutes < 2 * 1440 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 1440)} days ago`;
}

function paramsText(params: Record<string, unknown>): string {
  const text = Object.entries(params).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(" ");
  return text.length > PARAMS_WIDTH ? `${text.slice(0, PARAMS_WIDTH - 1)}…` : text;
}
