/** `cache list`: every record that is stored, and the size of everything. */
import { type Contents, contentsOf, type StoredRecord, totalSize } from "../../engine/cache/contents.ts";
import { readLeases } from "../../engine/store/lease.ts";
import { Store } from "../../engine/store/store.ts";
import { diskIo, readingOnly } from "../../engine/store/store_io.ts";
import { bytesText, countText, secondsText } from "../../text/numbers.ts";
import { defineCommand } from "../command.ts";
import { cache, json } from "../shared_options.ts";
import { bold, dim, print, tableText } from "../terminal.ts";

/** Params that take more characters are cut. */
const PARAMS_WIDTH = 72;

export const command = defineCommand({
  name: "cache list",
  about: "List stored results: stage, size, age, and params",
  options: { cache, json },
  details:
    "SIZE is the size of the artifacts that a record refers to. Records share artifacts; the total counts each once. " +
    "USED is the day when a record was made or last used. JSON also lists the single steps of folds.",
  common: true,
  isPlain: true,
  may: ({ options: { cache } }) => ({ read: [cache] }),
  run({ options: { cache, json } }) {
    const store = new Store(cache, readingOnly(diskIo(cache)));
    const contents = contentsOf(store);
    const { live } = readLeases(store.tree);
    print(json ? JSON.stringify(asJson(contents, live)) : asText(cache, contents, live));
    return 0;
  },
});

function asJson({ records, damagedRecords, artifacts, quarantine }: Contents, live: number | null): unknown {
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

function asText(
  root: string,
  { records, damagedRecords, artifacts, quarantine }: Contents,
  live: number | null,
): string {
  const whole = records.filter(({ record }) => record.request.step === undefined).sort((a, b) => b.used - a.used);
  const head = ["stage", "key", "size", "used", "took", "params"].map(bold);
  const table = tableText([head, ...whole.map(rowOf)], ["left", "left", "right", "right", "right"]);
  return [
    ...(whole.length > 0 ? [table, ""] : []),
    `${root}: ${countText(whole.length)} records and ${countText(records.length - whole.length)} of single steps; ` +
    `${countText(artifacts.size)} artifacts, ${bytesText(totalSize(artifacts.values()))} in total`,
    ...(damagedRecords.length > 0
      ? [`${damagedRecords.length} damaged records: deno task cache verify --repair moves them to quarantine`]
      : []),
    ...(quarantine.length > 0 ? [`quarantine: ${bytesText(totalSize(quarantine))} of damaged files`] : []),
    ...(live !== null && live > 0 ? [`${live} ${live === 1 ? "run is" : "runs are"} in progress`] : []),
  ].join("\n");
}

function rowOf({ key, record: { request: { stage, params }, seconds }, artifacts, used }: StoredRecord): string[] {
  const text = Object.entries(params).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(" ");
  const cut = text.length > PARAMS_WIDTH ? `${text.slice(0, PARAMS_WIDTH - 1)}…` : text;
  return [stage, key.slice(0, 10), bytesText(sizeOf(artifacts)), ageText(used), secondsText(seconds), dim(cut)];
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
