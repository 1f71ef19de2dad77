/**
 * What runs wrote, as the cache remembers it: a record with the digests of a run's files. run.json has the same digests,
 * but whoever edits the results can edit it as well. By both it is noticed that a file was edited since.
 */
import { dirname, join, resolve } from "node:path";
import type { FinishedRun } from "../define/figure.ts";
import { everyRecordOf, readRecord, type Request, type StageRecord, writeRecord } from "../engine/keys/record.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import type { Address, Store } from "../engine/store/store.ts";
import { unlessStoreFails } from "../engine/store/store_failure.ts";
import { readFile, statusIn } from "./folder.ts";
import { readRunJson } from "./run_json.ts";

/** SHA-256 by the names of files. */
export type FileDigests = Readonly<Record<string, string>>;

/** The files of results by the digest of their manifest.json; several if the code that writes results has changed. */
export type WrittenFiles = ReadonlyMap<string, readonly FileDigests[]>;

/** In the place of a stage's name. */
const STAGE = "results";
const MANIFEST = "manifest.json";

/** Remembers the files that a run wrote, unless the cache is read-only or full. `report` is the digest of the code. */
export function rememberFiles(store: Store, { name, stages }: FinishedRun, report: string, files: FileDigests): void {
  // Garbage collection keeps the record as long as these artifacts.
  const { outputs, each = {} } = stages[stages.length - 1].record;
  const last = Object.entries(each).flatMap(([output, list]): [string, Address][] => [[output, list[list.length - 1]]]);
  const record: StageRecord = {
    made: new Date().toISOString(),
    by: name,
    deno: Deno.version.deno,
    request: requestOf(report, files),
    files: { ...files },
    outputs: { ...Object.fromEntries(last), ...outputs },
    seconds: 0,
  };
  unlessStoreFails(() => writeRecord(store, record));
}

/** The files that this code wrote for the run with this identity; null if the cache does not remember them. */
export function rememberedFiles(store: Store, report: string, identity: FileDigests): FileDigests | null {
  return readRecord(store, requestOf(report, identity))?.files ?? null;
}

/** All files that a cache remembers; none if it cannot be read. */
export function writtenFiles(store: Store): WrittenFiles {
  const records = unlessStoreFails(() => [...everyRecordOf(store, STAGE)]) ?? [];
  const files = records.flatMap(([, record]): FileDigests[] => record?.files === undefined ? [] : [record.files]);
  return Map.groupBy(files, (digests) => digests[MANIFEST]);
}

/** Whether there is a run.json in a folder, so that it is known what its run wrote. */
export function hasRunJson(folder: string): boolean {
  return statusIn(dirname(resolve(folder)), join(folder, "run.json")) !== null;
}

/** Says which files, of these names and bytes, are not, or may not be, what the run in a folder wrote. */
export function editedFiles(
  folder: string,
  files: Readonly<Record<string, Uint8Array | null>>,
  written: WrittenFiles = new Map(),
): string[] {
  // Results of elsewhere may have none.
  if (!hasRunJson(folder)) return [];
  const own = readRunJson(folder)?.files ?? {};
  const manifest = written.size === 0 ? null : readFile(folder, MANIFEST);
  const remembered = manifest === null ? [] : written.get(digestOfBytes(manifest)) ?? [];
  return Object.entries(files).flatMap(([name, bytes]) => {
    if (bytes === null) return [];
    const found = digestOfBytes(bytes);
    const path = join(folder, name);
    if (!Object.hasOwn(own, name)) {
      return `${path} may have been edited since: ${join(folder, "run.json")} is damaged or does not have its SHA-256`;
    }
    const isWritten = own[name] === found &&
      (remembered.length === 0 || remembered.some((digests) => digests[name] === found));
    return isWritten ? [] : `${path} was edited since: it is not what the run wrote`;
  });
}

/** A run is identified by its experiment and its manifest. */
function requestOf(report: string, files: FileDigests): Request {
  const inputs = { experiment: files["experiment.json"], manifest: files[MANIFEST] };
  return { stage: STAGE, version: 1, code: report, params: {}, inputs };
}
