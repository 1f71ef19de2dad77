/** `cache list`: every record that is stored, and the size of everything. */
import { join } from "node:path";
import { artifactsIn, filesIn, totalSize } from "../../engine/cache/contents.ts";
import { addressesOf, everyRecord, keyOf, type StageRecord } from "../../engine/keys/record.ts";
import { readLeases } from "../../engine/store/lease.ts";
import { type Address, Store } from "../../engine/store/store.ts";
import { bytesText, countText, secondsText } from "../../text/numbers.ts";
import { reportsOf } from "../cache_progress.ts";
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
  run({ options: { cache, json }, send }) {
    const store = new Store(cache);
    const onTurn = reportsOf("cache list", send)("records", "steps");
    const rows: { used: number; cells: string[] }[] = [];
    const damagedRecords: string[] = [];
    let [records, steps] = [0, 0];
    // A line per record, so no text is as long as all of them.
    if (json) print('{"records":[');
    for (const [path, record, status] of everyRecord(store, { onTurn })) {
      if (record === null) {
        damagedRecords.push(path);
        continue;
      }
      const isStep = record.request.step !== undefined;
      if (json) print((records + steps > 0 ? "," : "") + JSON.stringify(asJson(record, status.modified)));
      else if (!isStep) rows.push({ used: status.modified, cells: rowOf(record, status.modified) });
      if (isStep) steps++;
      else records++;
    }
    send({ progress: null });
    const artifacts = { count: 0, bytes: 0 };
    for (const { size } of artifactsIn(store)) {
      artifacts.count++;
      artifacts.bytes += size;
    }
    const quarantine = filesIn(store, join(store.root, "quarantine"));
    const { live } = readLeases(store.tree);
    if (json) {
      const files = quarantine.map(({ path, size }) => ({ path, bytes: size }));
      print(`],${JSON.stringify({ damagedRecords, artifacts, quarantine: files, live }).slice(1)}`);
      return 0;
    }
    const head = ["stage", "key", "size", "used", "took", "params"].map(bold);
    const cells = rows.sort((a, b) => b.used - a.used).map((row) => row.cells);
    const lines = [
      ...(rows.length > 0 ? [tableText([head, ...cells], ["left", "left", "right", "right", "right"]), ""] : []),
      `${cache}: ${countText(records)} records and ${countText(steps)} of single steps; ` +
      `${countText(artifacts.count)} artifacts, ${bytesText(artifacts.bytes)} in total`,
      ...(damagedRecords.length > 0
        ? [`${damagedRecords.length} damaged records: deno task cache verify --repair moves them to quarantine`]
        : []),
      ...(quarantine.length > 0 ? [`quarantine: ${bytesText(totalSize(quarantine))} of damaged files`] : []),
      ...(live !== null && live > 0 ? [`${live} ${live === 1 ? "run is" : "runs are"} in progress`] : []),
    ];
    print(lines.join("\n"));
    return 0;
  },
});

function asJson({ request, seconds, ...record }: StageRecord, modified: number): unknown {
  const artifacts = artifactsOf(record);
  const used = new Date(modified).toISOString();
  return { ...request, key: keyOf(request), artifacts, bytes: totalSize(artifacts), used, seconds };
}

function rowOf({ request, seconds, ...record }: StageRecord, modified: number): string[] {
  const { stage, params } = request;
  const text = Object.entries(params).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(" ");
  const cut = text.length > PARAMS_WIDTH ? `${text.slice(0, PARAMS_WIDTH - 1)}…` : text;
  const size = bytesText(totalSize(artifactsOf(record)));
  return [stage, keyOf(request).slice(0, 10), size, ageText(modified), secondsText(seconds), dim(cut)];
}

/** The artifacts that a record refers to, each once. */
function artifactsOf(record: Pick<StageRecord, "outputs" | "each">): Address[] {
  return [...new Map(addressesOf(record).map(({ address }) => [address.digest, address])).values()];
}

function ageText(time: number): string {
  const minutes = Math.max(0, Date.now() - time) / 60_000;
  if (minutes < 1) return "now";
  if (minutes < 120) return `${Math.floor(minutes)} min ago`;
  return minutes < 2 * 1440 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 1440)} days ago`;
}
