/** A cache of 100,000 records: what runs and the commands of the cache take, in time and memory. */
import { join } from "node:path";
import { fillCache } from "../large_cache.ts";
import { spreadOf } from "../measure.ts";
import { memoryPeakOf } from "../memory_peak.ts";
import { type CommandLine, runToEnd } from "../process.ts";
import { cacheCommand, runCommand, TWO_LAYER } from "../retrace.ts";
import { withWorkspace } from "../workspace.ts";
import { atMost, type Row, type Section, type Target } from "./row.ts";
import { COME_OF_AGE_MS } from "./nothing_to_do.ts";

const RECORDS = 100_000;
const EPOCHS = ["--set", "train.epochs=10"];
const MOST_MB = 300;

export const largeCacheSection: Section = {
  name: "large-cache",
  about: "a cache of 100,000 records: a run with nothing to do, one of one more epoch, and the commands of the cache",
  byDefault: false,
  measure: ({ runs }) => withWorkspace((folder) => measure(folder, Math.min(runs, 3))),
};

async function measure(folder: string, runs: number): Promise<Row[]> {
  const finished = runCommand(folder, TWO_LAYER, ...EPOCHS);
  runToEnd(finished);
  const { records, artifacts } = fillCache(join(folder, "cache"), RECORDS);
  console.log(`  (a cache of ${records} records and ${artifacts} artifacts)`);
  await new Promise((resolve) => setTimeout(resolve, COME_OF_AGE_MS));
  runToEnd(finished);
  // Each run trains one epoch more than the one before.
  let epochs = 10;
  return [
    ...rowsOf("a run with nothing to do", 4 * runs, () => finished, atMost(0.15)),
    ...rowsOf("one more epoch", runs, () => runCommand(folder, TWO_LAYER, "--set", `train.epochs=${++epochs}`)),
    ...rowsOf("cache list", runs, () => cacheCommand(folder, "list")),
    ...rowsOf("cache verify", runs, () => cacheCommand(folder, "verify")),
    ...rowsOf("cache gc --unused --dry-run", runs, () => cacheCommand(folder, "gc", "--unused", "--dry-run")),
    ...rowsOf("cache gc --unused", 1, () => cacheCommand(folder, "gc", "--unused")),
  ];
}

/** Seconds, and for what is no run the peak memory, of the same processes. */
function rowsOf(what: string, runs: number, command: () => CommandLine, target: Target | null = null): Row[] {
  const seconds: number[] = [];
  const peaks: number[] = [];
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    if (what.startsWith("cache")) peaks.push(memoryPeakOf(command()));
    else runToEnd(command());
    seconds.push((performance.now() - started) / 1000);
  }
  const time: Row = { what, spread: spreadOf(seconds), unit: "s", target };
  if (peaks.length === 0) return [time];
  return [time, { what: `${what}: peak memory`, spread: spreadOf(peaks), unit: "MB", target: atMost(MOST_MB) }];
}
