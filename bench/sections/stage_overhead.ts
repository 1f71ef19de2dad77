/**
 * The overhead of running a stage: its code is digested by a map of it, its key computed, its record looked up, its lock taken;
 * its outputs are digested, written, synced and renamed, and so is its record. Measured with a stage that outputs existing
 * bytes, next to the time the machine needs to hash and sync as many, and in a folder in memory, without the limits of a
 * disk. What a run has stored is removed before the next one: a virtual machine is given memory, and blocks of its disk,
 * when it first touches them, and that would be measured instead.
 */
import { join } from "node:path";
import { z } from "zod";
import { classifier } from "../../pipeline/classifier/pipeline.ts";
import { named } from "../../pipeline/define/library.ts";
import { artifactKind, defineStage } from "../../pipeline/define/define_stage.ts";
import { PROGRAM } from "../../pipeline/cli/front/program_code.ts";
import { readOwnCode } from "../../pipeline/cli/front/read_code.ts";
import { CodeReader } from "../../pipeline/engine/keys/code.ts";
import type { CodeMap } from "../../pipeline/engine/keys/code_map.ts";
import { withRepairs } from "../../pipeline/engine/run/repairs.ts";
import { runStages } from "../../pipeline/engine/run/runner.ts";
import { wire } from "../../pipeline/engine/stage/stage_graph.ts";
import { digestOfBytes } from "../../pipeline/engine/store/digest.ts";
import { Store } from "../../pipeline/engine/store/store.ts";
import { scaled, secondsOf, spreadOf } from "../measure.ts";
import { MEMORY, withWorkspace } from "../workspace.ts";
import { atMost, type Row, type Section } from "./row.ts";

const WARMUPS = 3;
const MIB = 1 << 20;
const SIZES = [{ bytes: 4096, label: "4 KB" }, { bytes: 64 * MIB, label: "64 MiB" }];
/** Milliseconds that a stage may cost, and the bytes that it may store in each further one: 1 GB/s. */
const ALLOWED_MS = 10;
const BYTES_PER_MS = 1e6;
/** The stage whose code is read: the one with the most files. */
const CODE_OF = "train";
/** The map of the code, which a run receives. */
let map: CodeMap | null = null;

export const stageOverheadSection: Section = {
  name: "stage",
  about: "the overhead of a stage that runs, with 4 KB and 64 MiB to store, next to the raw machine",
  byDefault: true,
  measure: ({ runs }) =>
    withWorkspace(async (folder) => {
      const rows: Row[] = [];
      for (const size of SIZES) rows.push(...await rowsOf(size, folder, 2 * runs));
      if (MEMORY !== null) rows.push(await rowInMemory(SIZES[1], MEMORY, 2 * runs));
      return rows;
    }),
};

async function rowInMemory(size: typeof SIZES[number], memory: string, runs: number): Promise<Row> {
  const [row] = await withWorkspace((folder) => rowsOf(size, folder, runs), memory);
  return { ...row, what: `  the same in memory (${memory})` };
}

async function rowsOf({ bytes, label }: typeof SIZES[number], folder: string, runs: number): Promise<Row[]> {
  const content = new Uint8Array(bytes);
  crypto.getRandomValues(content.subarray(0, 4096));
  const cache = join(folder, `cache-${bytes}`);
  const stage: number[] = [];
  const hash: number[] = [];
  const disk: number[] = [];
  for (let run = -WARMUPS; run < runs; run++) {
    // Different bytes every time: stored ones would not be written again.
    new DataView(content.buffer).setInt32(0, run);
    const [ran, hashed, written] = [
      await secondsOfStage(cache, content, run),
      secondsOf(() => void digestOfBytes(content)),
      secondsOf(() => writeDurably(join(folder, "raw"), content)),
    ];
    removeArtifacts(cache);
    Deno.removeSync(join(folder, "raw"));
    if (run < 0) continue;
    stage.push(ran);
    hash.push(hashed);
    disk.push(written);
  }
  const ms = (values: number[]) => scaled(spreadOf(values), 1000);
  const target = atMost(ALLOWED_MS + bytes / BYTES_PER_MS);
  return [
    { what: `a stage that stores ${label}`, spread: ms(stage), unit: "ms", target },
    { what: `  raw: SHA-256 of ${label}`, spread: ms(hash), unit: "ms", target: null },
    { what: `  raw: write, sync and rename ${label}`, spread: ms(disk), unit: "ms", target: null },
    ...(bytes < MIB ? [] : [speedRow(label, bytes, stage)]),
  ];
}

/** Bytes per second of the stage, its fixed costs included. */
function speedRow(label: string, bytes: number, seconds: number[]): Row {
  const speeds = spreadOf(seconds.map((value) => bytes / value / 1e9));
  return { what: `  as a speed, with ${label}`, spread: speeds, unit: "GB/s", target: null };
}

/** A stage in a separate run: its code has not been digested yet, and its params are new. */
async function secondsOfStage(cache: string, content: Uint8Array<ArrayBuffer>, run: number): Promise<number> {
  map = await readOwnCode(PROGRAM, map);
  const stage = defineStage({
    name: "overhead",
    version: 1,
    about: "Outputs bytes.",
    source: named(classifier.stages, CODE_OF).source,
    params: () => z.object({ run: z.int() }),
    inputs: {},
    outputs: { content: artifactKind("content", { format: "npy", about: "Some bytes." }) },
    run: () => ({ content }),
  });
  const started = performance.now();
  const store = new Store(cache);
  const options = {
    graph: wire([stage]),
    params: { overhead: { run } },
    library: classifier,
    store,
    code: new CodeReader(map),
    forced: new Set<string>(),
    signal: new AbortController().signal,
    events: {},
  };
  await withRepairs(store, () => runStages(options));
  return (performance.now() - started) / 1000;
}

/** Everything else stays, so the store has its folders. */
function removeArtifacts(cache: string): void {
  const artifacts = join(cache, "artifacts");
  for (const { name } of Deno.readDirSync(artifacts)) {
    for (const file of Deno.readDirSync(join(artifacts, name))) Deno.removeSync(join(artifacts, name, file.name));
  }
}

/** To a new name, as the store does: replacing a file would also free the old one. */
function writeDurably(path: string, content: Uint8Array): void {
  const file = Deno.openSync(`${path}.temporary`, { write: true, create: true, truncate: true });
  for (let done = 0; done < content.length;) done += file.writeSync(content.subarray(done));
  file.syncSync();
  file.close();
  Deno.renameSync(`${path}.temporary`, path);
}
