/**
 * Receipts: what became of something that was asked for, and the status of all files that this depends on, written down
 * when every byte of them had been checked. As long as no file's status has changed, who asks for the same again needs
 * one receipt instead of a run's records and artifacts, or a command's experiments and code. A receipt is only a note:
 * without it, or with a torn one, everything is checked anew.
 */
import { join, resolve } from "node:path";
import { isJsonObject, parseBoundedJson } from "../store/bounded_json.ts";
import { canBeTrusted, clockOf, statusText } from "../store/file_status.ts";
import { digestOfBytes, digestOfNote, type Plain } from "../store/digest.ts";
import { addressesOf, recordPath, type StageRecord } from "./record.ts";
import { MOST_TEXT_BYTES, type Store } from "../store/store.ts";
import { unlessStoreFails } from "../store/store_failure.ts";

interface Receipt {
  /** What was asked for. */
  subject: string;
  /** What became of it. */
  content: Plain;
  /** Every file that was checked, with its status. */
  files: [path: string, status: string][];
  /** The names of the receipts without which this one is of no use. */
  restsOn: string[];
}

/** What a receipt says. */
export interface Statement {
  /** What it is kept under, one receipt a place: the folder of a run's results, or the words of a command. */
  place: string;
  subject: string;
  content: Plain;
  /** The places of the receipts without which this one is of no use. */
  restsOn?: readonly string[];
}

/** The files in which records and the artifacts that they name are stored. */
export function filesOfRecords(store: Store, records: readonly StageRecord[]): string[] {
  const artifacts = records.flatMap(addressesOf).map(({ address }) => store.artifactPath(address.digest));
  return [...records.map(({ request }) => recordPath(store, request)), ...new Set(artifacts)];
}

/**
 * Writes a receipt that holds as long as the files in `paths` are what they are. They must have been checked after the
 * time `since`, in milliseconds. No receipt is written, and the answer is false, when one of them changed so shortly
 * before that time that it may have changed again without a trace.
 */
export async function keepReceipt(
  store: Store,
  { place, subject, content, restsOn = [] }: Statement,
  paths: readonly string[],
  since: number,
): Promise<boolean> {
  const path = pathOf(store, await nameOf(store, place));
  const now = clockOf(store.io, store.root, path);
  if (now === null) return false;
  const ahead = now - Date.now();
  const files: Receipt["files"] = [];
  for (const path of paths) {
    const status = store.io.status(path);
    if (status === null || !canBeTrusted(status, since + ahead)) return false;
    files.push([resolve(path), statusText(status)]);
  }
  const names = await Promise.all(restsOn.map((place) => nameOf(store, place)));
  const body = JSON.stringify({ subject, content, files, restsOn: names } satisfies Receipt);
  const text = `${await sealOf(body)}\n${body}`;
  // A receipt is only a note: no run fails for its sake.
  return unlessStoreFails(() => (store.io.note(path, text), true)) ?? false;
}

/** The receipt's content; null when there is none for this subject, or a file is not what it was. */
export async function readReceipt(store: Store, place: string, subject: string): Promise<Plain | null> {
  const [seal, body] = textOf(store, await nameOf(store, place));
  const receipt = await sealOf(body) === seal ? parsed(body) : null;
  return receipt?.subject === subject && isAsItWas(store, receipt) ? receipt.content : null;
}

/**
 * The files of receipts that are of no use any more: a file that they name is another than it was, or in `going`, or they
 * rest on such a receipt, or are torn.
 */
export function endedReceipts(store: Store, going: ReadonlySet<string>): string[] {
  const gone = new Set([...going].map((path) => resolve(path)));
  const held = new Map<string, Receipt>();
  const names = store.io.list(join(store.root, "receipts"));
  for (const name of names) {
    const [seal, body] = textOf(store, name);
    const receipt = digestOfBytes(new TextEncoder().encode(body)) === seal ? parsed(body) : null;
    if (receipt === null || !isAsItWas(store, receipt) || receipt.files.some(([file]) => gone.has(file))) continue;
    held.set(name, receipt);
  }
  const isOfUse = (name: string) => held.get(name)?.restsOn.every((one) => held.has(one)) ?? false;
  return names.filter((name) => !isOfUse(name)).map((name) => pathOf(store, name));
}

/** What stands in a receipt: its seal, and what it says. */
function textOf(store: Store, name: string): [seal: string, body: string] {
  const text = unlessStoreFails(() => store.readText(pathOf(store, name))) ?? "";
  const [seal] = text.split("\n", 1);
  return [seal, text.slice(seal.length + 1)];
}

/** The receipt that a text says, which may come from somebody else; null when it says none. */
function parsed(body: string): Receipt | null {
  try {
    const value = parseBoundedJson(body, MOST_TEXT_BYTES);
    if (!isJsonObject(value)) return null;
    const { subject, files, restsOn } = value;
    const isOne = typeof subject === "string" && Array.isArray(files) && files.every(isTexts) && isTexts(restsOn);
    return isOne ? value as unknown as Receipt : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isAsItWas(store: Store, { files }: Receipt): boolean {
  return files.every(([path, was]) => {
    const status = unlessStoreFails(() => store.io.status(path));
    return status !== null && statusText(status) === was;
  });
}

/** A receipt is of use in the store that it was written for; in a copy of it, other files may be missing. */
async function nameOf(store: Store, place: string): Promise<string> {
  return `${await sealOf(`${resolve(store.root)}\n${place}`)}.json`;
}

function pathOf(store: Store, name: string): string {
  return join(store.root, "receipts", name);
}

function sealOf(text: string): Promise<string> {
  return digestOfNote(new TextEncoder().encode(text));
}
