/** Records: what a key stands for. A record says which artifacts came out, and everything that went in. */
import { dirname, join } from "node:path";
import { isJsonObject, parseBoundedJson } from "../store/bounded_json.ts";
import { digestOfPlain, type Plain } from "../store/digest.ts";
import { setAside } from "../store/quarantine.ts";
import { type Address, MOST_TEXT_BYTES, type Store } from "../store/store.ts";

/** The digests that went into a stage: one per input, or a list for an input that a fold makes step by step. */
export type InputDigests = Record<string, string | string[]>;

/** All that decides a stage's result; its digest is the key. */
export interface Request {
  stage: string;
  version: number;
  /** Digest over the stage's source files. */
  code: string;
  params: Record<string, unknown>;
  inputs: InputDigests;
  /** For one step of a fold: which. */
  step?: number;
}

/** What a request led to. What stands here before `request` and in `from` is for people and never part of a key. */
export interface StageRecord {
  /** When it was made (ISO 8601), and for which run. */
  made?: string;
  by?: string;
  request: Request;
  /** Digest of each source file that `request.code` was made of; left out in the records of single steps. */
  files?: Record<string, string>;
  outputs: Record<string, Address>;
  /** Outputs of a fold's steps, step 0 first. */
  each?: Record<string, Address[]>;
  /** The keys of the results that the inputs were taken from, by stage. */
  from?: Record<string, string>;
  /** How long the work took when it was done. */
  seconds: number;
}

/** The key of a request: SHA-256 over stage, version, code, params, input digests and step. */
export function keyOf(request: Request): string {
  return digestOfPlain(request as unknown as Plain);
}

/** Keeps a record. It replaces an older one of the same key; a damaged one is set aside. */
export function writeRecord(store: Store, record: StageRecord): void {
  const path = recordPath(store, record.request);
  if (readRecord(store, record.request) === null) setAside(store, path, `record of ${keyOf(record.request)}`);
  store.writeText(path, dirname(path), textOf(record));
}

/** True when a request has a record, be it damaged. */
export function hasRecord(store: Store, request: Request): boolean {
  return store.io.status(recordPath(store, request)) !== null;
}

/** The record of a request, or null when there is none that can be trusted: a damaged record is no record. */
export function readRecord(store: Store, request: Request): StageRecord | null {
  const record = readAt(store, recordPath(store, request), true);
  return record !== null && keyOf(record.request) === keyOf(request) ? record : null;
}

/** Every stored record by its path, those of single steps as well; null for one that is damaged or misnamed. */
export function* everyRecord(store: Store): Generator<[path: string, record: StageRecord | null]> {
  for (const stage of store.io.list(join(store.root, "records"))) {
    for (const folder of [join(store.root, "records", stage), join(store.root, "records", stage, "steps")]) {
      for (const name of store.io.list(folder)) {
        if (!name.endsWith(".json")) continue;
        const path = join(folder, name);
        const record = readAt(store, path);
        yield [path, record !== null && recordPath(store, record.request) === path ? record : null];
      }
    }
  }
}

/** The record of a stage's whole run with this key, or null when there is none that can be trusted. */
export function recordAt(store: Store, stage: string, key: string): StageRecord | null {
  const record = readAt(store, join(store.root, "records", stage, `${key}.json`));
  return record !== null && keyOf(record.request) === key ? record : null;
}

/** Every artifact that a record names. */
export function addressesOf(record: StageRecord): { output: string; address: Address }[] {
  const single = Object.entries(record.outputs).map(([output, address]) => ({ output, address }));
  const each = Object.entries(record.each ?? {}).flatMap(([output, list]) =>
    list.map((address, step) => ({ output: `${output} ${step}`, address }))
  );
  return [...single, ...each];
}

/** The names of the outputs whose bytes differ between two records of one request. */
export function differingOutputs(before: StageRecord, now: StageRecord): string[] {
  const single = Object.entries(now.outputs).filter(([name, { digest }]) => before.outputs[name]?.digest !== digest);
  const each = Object.entries(now.each ?? {}).filter(([name, list]) =>
    !list.every(({ digest }, step) => before.each?.[name]?.[step]?.digest === digest)
  );
  return [...single, ...each].map(([name]) => name);
}

/** Where the record of a request is. Steps are kept apart: there are many of them; whole runs explain a miss. */
export function recordPath(store: Store, request: Request): string {
  const folder = join(store.root, "records", request.stage, ...(request.step === undefined ? [] : ["steps"]));
  return join(folder, `${keyOf(request)}.json`);
}

function readAt(store: Store, path: string, isUse = false): StageRecord | null {
  const text = store.readText(path, isUse);
  return text === null ? null : parseRecord(text);
}

/** The record of a text, or null: it may come from somebody else, so that every field is looked at before it is used. */
export function parseRecord(text: string): StageRecord | null {
  try {
    const sealed = parseBoundedJson(text, MOST_TEXT_BYTES);
    if (!isJsonObject(sealed) || !isRecord(sealed.record)) return null;
    // Not one byte is another: neither what the seal is over nor what says nothing.
    return textOf(sealed.record) === text ? sealed.record : null;
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
  const { request, files = {}, outputs, each = {}, from = {}, by = "", seconds } = value;
  return isRequest(request) && isJsonObject(files) && Object.values(files).every((one) => typeof one === "string") &&
    isJsonObject(outputs) && Object.values(outputs).every(isAddress) &&
    isJsonObject(each) && Object.values(each).every((list) => Array.isArray(list) && list.every(isAddress)) &&
    isJsonObject(from) && Object.values(from).every(isDigest) && typeof by === "string" && typeof seconds === "number";
}

function isRequest(value: unknown): value is Request {
  if (!isJsonObject(value)) return false;
  const { stage, version, code, params, inputs, step } = value;
  return typeof stage === "string" && typeof version === "number" && typeof code === "string" && isJsonObject(params) &&
    isJsonObject(inputs) && Object.values(inputs).flat().every((one) => typeof one === "string") &&
    (step === undefined || typeof step === "number");
}

/** What the kernels' memory could hold of one artifact, in bytes. */
const MOST_ARTIFACT_BYTES = 2 ** 32;

function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

/** The digest becomes a path, and the size an allocation. */
function isAddress(value: unknown): value is Address {
  return isJsonObject(value) && isDigest(value.digest) && Number.isInteger(value.size) &&
    (value.size as number) >= 0 && (value.size as number) <= MOST_ARTIFACT_BYTES;
}
