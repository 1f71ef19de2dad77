/**
 * Receipts: the outcome of a request, and the status of every file that it depends on, written once all of their bytes
 * were checked. While no status has changed, the same request needs one receipt instead of a run's records and
 * artifacts, or a command's experiments and code. A receipt is only a note: if it is missing or damaged, everything is
 * checked again.
 */
import { join, relative, resolve } from "node:path";
import type { CheckedFolders } from "../files/tree.ts";
import { isJsonObject, parseBoundedJson } from "../store/bounded_json.ts";
import { clockOf, isOldEnough, statusText } from "../store/file_status.ts";
import type { FileStatus } from "../files/entry.ts";
import { digestOfBytes, digestOfNote, type Plain } from "../store/digest.ts";
import { addressesOf, recordPath, type StageRecord } from "./record.ts";
import { MAX_TEXT_BYTES, type Store } from "../store/store.ts";
import { unlessStoreFails } from "../store/store_failure.ts";

/** What a receipt states: what was requested, and the outcome. */
interface Statement {
  subject: string;
  content: Plain;
}

/** The stored form: with the status of every file that was checked, and the file names of receipts it depends on. */
interface Receipt extends Statement {
  files: [path: string, status: string][];
  restsOn: string[];
}

/** The files in which records and their artifacts are stored. */
export function filesOfRecords(store: Store, records: readonly StageRecord[]): string[] {
  const artifacts = records.flatMap(addressesOf).map(({ address }) => store.artifactPath(address.digest));
  return [...records.map(({ request }) => recordPath(store, request)), ...new Set(artifacts)];
}

/** A file with the status that it had when it was checked; null if there was none, and there must be none. */
export type SeenFile = readonly [path: string, status: FileStatus | null];

/** In the place of a status: there is no such file. */
const ABSENT = "absent";

/**
 * Writes the receipt of a place (the folder of a run's results, or the arguments of a command), which depends on those
 * of the places `restsOn`. It holds as long as the files in `paths`, and those in `seen`, do not change. They must have
 * been checked after the time `since`, in milliseconds. Returns false, without a receipt, if one of them changed so shortly before `since`
 * that it could change again without a new status.
 */
export async function keepReceipt(
  store: Store,
  { place, subject, content, restsOn = [] }: Statement & { place: string; restsOn?: readonly string[] },
  paths: readonly string[],
  since: number,
  seen: readonly SeenFile[] = [],
): Promise<boolean> {
  const path = pathOf(store, await nameOf(store, place));
  const now = clockOf(store, path);
  if (now === null) return false;
  const ahead = now - Date.now();
  const files: Receipt["files"] = [];
  const checked: CheckedFolders = new Set();
  const own = paths.map((path): SeenFile => [path, store.io.status(path, checked)]);
  if (own.some(([, status]) => status === null)) return false;
  for (const [path, status] of [...own, ...seen]) {
    if (status !== null && !isOldEnough(status, since + ahead)) return false;
    files.push([resolve(path), status === null ? ABSENT : statusText(status)]);
  }
  const names = await Promise.all(restsOn.map((place) => nameOf(store, place)));
  const body = JSON.stringify({ subject, content, files, restsOn: names } satisfies Receipt);
  const text = `${await checksumOf(body)}\n${body}`;
  return unlessStoreFails(() => (store.io.note(path, text), true)) ?? false;
}

/** The content of a place's receipt; null if there is none for this subject, or one of its files has changed. */
export async function readReceipt(store: Store, place: string, subject: string): Promise<Plain | null> {
  const [checksum, body] = textOf(store, await nameOf(store, place));
  const receipt = await checksumOf(body) === checksum ? parsed(body) : null;
  return receipt?.subject === subject && isUnchanged(store, receipt) ? receipt.content : null;
}

/** The files of receipts that no longer hold: damaged, with files changed or in `removed`, or resting on such a one. */
export function endedReceipts(store: Store, removed: ReadonlySet<string>): string[] {
  const root = resolve(store.root);
  const isRemoved = ([file]: Receipt["files"][number]) => removed.has(join(store.root, relative(root, file)));
  const holding = new Map<string, Receipt>();
  const names = store.io.list(join(store.root, "receipts"));
  for (const name of names) {
    const [checksum, body] = textOf(store, name);
    const receipt = digestOfBytes(new TextEncoder().encode(body)) === checksum ? parsed(body) : null;
    if (receipt === null || !isUnchanged(store, receipt) || receipt.files.some(isRemoved)) continue;
    holding.set(name, receipt);
  }
  const holds = (name: string) => holding.get(name)?.restsOn.every((one) => holding.has(one)) ?? false;
  return names.filter((name) => !holds(name)).map((name) => pathOf(store, name));
}

/** The two parts of a receipt's file; both are empty if it cannot be read. */
function textOf(store: Store, name: string): [checksum: string, body: string] {
  const text = unlessStoreFails(() => store.readText(pathOf(store, name))) ?? "";
  const [checksum] = text.split("\n", 1);
  return [checksum, text.slice(checksum.length + 1)];
}

/** Parses an untrusted receipt; null if it is invalid. */
function parsed(body: string): Receipt | null {
  try {
    const value = parseBoundedJson(body, MAX_TEXT_BYTES);
    if (!isJsonObject(value)) return null;
    const { subject, files, restsOn } = value;
    const isValid = typeof subject === "string" && Array.isArray(files) && files.every(isStrings) && isStrings(restsOn);
    return isValid ? value as unknown as Receipt : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isUnchanged(store: Store, { files }: Receipt): boolean {
  const checked: CheckedFolders = new Set();
  return files.every(([path, before]) => {
    const status = unlessStoreFails(() => store.io.status(path, checked));
    return (status === null ? ABSENT : statusText(status)) === before;
  });
}

/** Includes the store's path: in a copy of the store, other files could be missing. */
async function nameOf(store: Store, place: string): Promise<string> {
  return `${await checksumOf(`${resolve(store.root)}\n${place}`)}.json`;
}

function pathOf(store: Store, name: string): string {
  return join(store.root, "receipts", name);
}

function checksumOf(text: string): Promise<string> {
  return digestOfNote(new TextEncoder().encode(text));
}
