/** Records: what a key stands for. A record says which artifacts came out, and everything that went in. */
import { dirname, join } from "node:path";
import { digestOfPlain, type Plain } from "./digest.ts";
import type { Address, Store } from "./store.ts";

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

/** What a request led to. */
export interface StageRecord {
  request: Request;
  /** Digest of each source file that `request.code` was made of; left out in the records of single steps. */
  files?: Record<string, string>;
  outputs: Record<string, Address>;
  /** Outputs of a fold's steps, step 0 first. */
  each?: Record<string, Address[]>;
  /** How long the work took when it was done. */
  seconds: number;
}

/** The key of a request: SHA-256 over stage, version, code, params, input digests and step. */
export function keyOf(request: Request): string {
  return digestOfPlain(request as unknown as Plain);
}

/** Keeps a record. It replaces an older one of the same key. */
export function writeRecord(store: Store, record: StageRecord): void {
  const path = pathOf(store, record.request.stage, keyOf(record.request));
  const sealed = { seal: digestOfPlain(record as unknown as Plain), record };
  store.writeText(path, dirname(path), JSON.stringify(sealed, null, 1) + "\n");
}

/** True when the key has a record, be it damaged. */
export function hasRecord(store: Store, stage: string, key: string): boolean {
  return store.io.status(pathOf(store, stage, key)) !== null;
}

/** The record of a key, or null when there is none that can be trusted: a damaged record is no record. */
export function readRecord(store: Store, stage: string, key: string): StageRecord | null {
  const text = store.readText(pathOf(store, stage, key));
  const record = text === null ? null : parseRecord(text);
  return record !== null && keyOf(record.request) === key ? record : null;
}

/** All records of a stage's whole runs (not of single steps) that can be trusted. */
export function recordsOf(store: Store, stage: string): StageRecord[] {
  const folder = join(store.root, "records", stage);
  const names = store.io.list(folder).filter((name) => name.endsWith(".json"));
  const records = names.map((name) => readRecord(store, stage, name.slice(0, -".json".length)));
  return records.filter((record): record is StageRecord => record !== null && record.request.step === undefined);
}

/** Every artifact that a record names. */
export function addressesOf(record: StageRecord): { output: string; address: Address }[] {
  const single = Object.entries(record.outputs).map(([output, address]) => ({ output, address }));
  const each = Object.entries(record.each ?? {}).flatMap(([output, list]) =>
    list.map((address, step) => ({ output: `${output} ${step}`, address }))
  );
  return [...single, ...each];
}

function pathOf(store: Store, stage: string, key: string): string {
  return join(store.root, "records", stage, `${key}.json`);
}

function parseRecord(text: string): StageRecord | null {
  try {
    const { seal, record } = JSON.parse(text);
    return digestOfPlain(record) === seal ? record : null;
  } catch {
    return null;
  }
}
