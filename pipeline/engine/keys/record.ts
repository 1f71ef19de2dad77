/** Records: what a key maps to. A record lists the artifacts that a stage output, and everything that went in. */
import { join } from "node:path";
import { isJsonObject, parseBoundedJson } from "../store/bounded_json.ts";
import { digestOfPlain, type Plain } from "../store/digest.ts";
import type { FileStatus } from "../files/entry.ts";
import type { CheckedFolders } from "../files/tree.ts";
import { type Address, MAX_TEXT_BYTES, type Store } from "../store/store.ts";

/** The digests of a stage's inputs; a list for an input that a fold outputs at every step. */
export type InputDigests = Record<string, string | string[]>;

/** Everything that decides a stage's outputs; its digest is the key. */
export interface Request {
  stage: string;
  version: number;
  /** Digest of the stage's source files. */
  code: string;
  params: Record<string, unknown>;
  inputs: InputDigests;
  /** The number of the step, for a single step of a fold. */
  step?: number;
  /** For a fold that ended before the last step that its params name: the number of the step after which it did. */
  last?: number;
}

/** The outcome of a request. The fields before `request`, and `from`, are for people and never part of a key. */
export interface StageRecord {
  /** When it was made (ISO 8601), and for which run. */
  made?: string;
  by?: string;
  /** The version of Deno that made it. */
  deno?: string;
  request: Request;
  /** The digest of each source file that `request.code` covers; omitted in records of single steps. */
  files?: Record<string, string>;
  outputs: Record<string, Address>;
  /** The outputs of a fold's steps, step 0 first. */
  each?: Record<string, Address[]>;
  /** The keys of the results that the inputs came from, by stage. */
  from?: Record<string, string>;
  /** How long the work took. */
  seconds: number;
}

/** The key of a request: SHA-256 of stage, version, code, params, input digests and step. */
export function keyOf(request: Request): string {
  return digestOfPlain(request as unknown as Plain);
}

/** Stores a record. It replaces an older one with the same key; a damaged one is quarantined. */
export function writeRecord(store: Store, record: StageRecord): void {
  const path = recordPath(store, record.request);
  if (readRecord(store, record.request) === null) store.setAside(path, `record of ${keyOf(record.request)}`);
  store.writeText(path, textOf(record));
}

/** The record of a request; null if there is none or it is damaged. */
export function readRecord(store: Store, request: Request): StageRecord | null {
  return readAt(store, recordPath(store, request), true);
}

/** The record of a complete stage with this key; null if there is none or it is damaged. */
export function recordAt(store: Store, stage: string, key: string): StageRecord | null {
  return readAt(store, join(store.root, "records", stage, `${key}.json`));
}

/** A file in the records folder: its status when it was read, and its record; null for one that is damaged or misplaced. */
export type RecordFile = [path: string, record: StageRecord | null, status: FileStatus];

/** How stored records are read. */
export interface RecordReading {
  /** Called before each file, with the number of those before it and of all. */
  onTurn?(done: number, total: number): void;
  /** True for a file that need not be read. */
  skips?(path: string, status: FileStatus): boolean;
}

/** All stored records, including those of single steps. */
export function everyRecord(store: Store, reading?: RecordReading): Generator<RecordFile> {
  const records = join(store.root, "records");
  const stages = store.io.list(records).map((stage) => join(records, stage));
  const folders = stages.filter((path) => store.io.status(path)?.kind !== "file");
  return recordsIn(store, folders.flatMap((stage) => [stage, join(stage, "steps")]), reading);
}

/** The stored records of a stage, without those of single steps. */
export function everyRecordOf(store: Store, stage: string): Generator<RecordFile> {
  return recordsIn(store, [join(store.root, "records", stage)]);
}

function* recordsIn(store: Store, folders: readonly string[], reading: RecordReading = {}): Generator<RecordFile> {
  const checked: CheckedFolders = new Set();
  const files = folders.map((folder) =>
    [folder, store.io.list(folder).filter((name) => name.endsWith(".json"))] as const
  );
  const total = files.reduce((sum, [, names]) => sum + names.length, 0);
  let done = 0;
  for (const [folder, names] of files) {
    for (const path of Iterator.from(names).map((name) => join(folder, name))) {
      reading.onTurn?.(done++, total);
      const status = store.io.status(path, checked);
      if (status === null || reading.skips?.(path, status)) continue;
      const record = readAt(store, path);
      // One that has disappeared was removed by garbage collection.
      if (record !== null || store.io.status(path) !== null) yield [path, record, status];
    }
  }
}

/** Every artifact that a record refers to. */
export function addressesOf(record: Pick<StageRecord, "outputs" | "each">): { output: string; address: Address }[] {
  const single = Object.entries(record.outputs).map(([output, address]) => ({ output, address }));
  const each = Object.entries(record.each ?? {}).flatMap(([output, list]) =>
    list.map((address, step) => ({ output: `${output} ${step}`, address }))
  );
  return [...single, ...each];
}

/** The names of the outputs whose bytes differ between two records of one request. */
export function differingOutputs(before: StageRecord, now: StageRecord): string[] {
  const [old, current] = [before, now].map(({ outputs, each }) => ({ ...outputs, ...each }));
  const digests = (output: Address | Address[] | undefined) => [output ?? []].flat().map(({ digest }) => digest).join();
  return Object.keys(current).filter((name) => digests(old[name]) !== digests(current[name]));
}

/** The path of a request's record. Records of single steps, of which there are many, have a folder of their own. */
export function recordPath(store: Store, request: Request): string {
  const folder = join(store.root, "records", request.stage, ...(request.step === undefined ? [] : ["steps"]));
  return join(folder, `${keyOf(request)}.json`);
}

/** The record in a file; null if it is damaged or belongs to another path. */
function readAt(store: Store, path: string, isUse = false): StageRecord | null {
  const text = store.readText(path, isUse);
  const record = text === null ? null : parseRecord(text);
  return record !== null && recordPath(store, record.request) === path ? record : null;
}

/** Parses an untrusted text, and checks every field. Returns null if it is not exactly the text of a record. */
export function parseRecord(text: string): StageRecord | null {
  try {
    const file = parseBoundedJson(text, MAX_TEXT_BYTES);
    if (!isJsonObject(file) || !isRecord(file.record)) return null;
    // Every byte counts: those that the checksum covers, and whitespace and unknown fields.
    return textOf(file.record) === text ? file.record : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function textOf(record: StageRecord): string {
  return JSON.stringify({ seal: digestOfPlain(record as unknown as Plain), record }, null, 1) + "\n";
}

function isRecord(value: unknown): value is StageRecord {
  if (!isJsonObject(value)) return false;
  const { request, files = {}, outputs, each = {}, from = {}, by = "", deno = "", seconds } = value;
  return isRequest(request) && isMapOf(files, isString) && isMapOf(outputs, isAddress) &&
    isMapOf(each, (list) => Array.isArray(list) && list.every(isAddress)) && isMapOf(from, isDigest) &&
    isString(by) && isString(deno) && typeof seconds === "number";
}

function isRequest(value: unknown): value is Request {
  if (!isJsonObject(value)) return false;
  const { stage, version, code, params, inputs, ...steps } = value;
  return isString(stage) && typeof version === "number" && isString(code) && isJsonObject(params) &&
    isMapOf(inputs, (input) => [input].flat().every(isString)) &&
    [steps.step, steps.last].every((step) => step === undefined || typeof step === "number");
}

function isMapOf(value: unknown, isValid: (field: unknown) => boolean): boolean {
  return isJsonObject(value) && Object.values(value).every(isValid);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isDigest(value: unknown): value is string {
  return isString(value) && /^[0-9a-f]{64}$/.test(value);
}

/** The most that the kernels' memory could hold of one artifact. */
const MAX_ARTIFACT_BYTES = 2 ** 32;

/** The digest becomes a path, and the size an allocation. */
function isAddress(value: unknown): value is Address {
  return isJsonObject(value) && isDigest(value.digest) && Number.isInteger(value.size) &&
    (value.size as number) >= 0 && (value.size as number) <= MAX_ARTIFACT_BYTES;
}
