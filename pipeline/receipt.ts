/**
 * Receipts: what became of something that was asked for, and the status of all files that this depends on, written down
 * when every byte of them had been checked. As long as no file's status has changed, who asks for the same again needs
 * one receipt instead of a run's records and artifacts, or a command's experiments and code. A receipt is only a note:
 * without it, or with a torn one, everything is checked anew.
 */
import { join, resolve } from "node:path";
import { canBeTrusted, clockOf, statusText } from "./file_status.ts";
import { digestOfNote, type Plain } from "./digest.ts";
import { addressesOf, recordPath, type StageRecord } from "./record.ts";
import type { Store } from "./store.ts";

interface Receipt {
  /** What was asked for. */
  subject: string;
  /** What became of it. */
  content: Plain;
  /** Every file that was checked, with its status. */
  files: [path: string, status: string][];
}

/** The files in which records and the artifacts that they name are stored. */
export function filesOfRecords(store: Store, records: readonly StageRecord[]): string[] {
  const artifacts = records.flatMap(addressesOf).map(({ address }) => store.artifactPath(address.digest));
  return [...records.map(({ request }) => recordPath(store, request)), ...new Set(artifacts)];
}

/**
 * Writes the receipt of `subject`; a place, which is the folder that a run's results are in, or the words of a command,
 * has one receipt. Every file must have been checked after the time `since`, in milliseconds. No receipt is written, and
 * the answer is false, when a file changed so shortly before that time that it may have changed again without a trace.
 */
export async function keepReceipt(
  store: Store,
  place: string,
  subject: string,
  content: Plain,
  paths: readonly string[],
  since: number,
): Promise<boolean> {
  const receipt = await receiptPath(store, place);
  const now = clockOf(store.io, store.root, receipt);
  if (now === null) return false;
  const ahead = now - Date.now();
  const files: Receipt["files"] = [];
  for (const path of paths) {
    const status = store.io.status(path);
    if (status === null || !canBeTrusted(status, since + ahead)) return false;
    files.push([resolve(path), statusText(status)]);
  }
  const body = JSON.stringify({ subject, content, files } satisfies Receipt);
  store.io.note(receipt, `${await sealOf(body)}\n${body}`);
  return true;
}

/** The receipt's content; null when there is none for this subject, or a file is not what it was. */
export async function readReceipt(store: Store, place: string, subject: string): Promise<Plain | null> {
  const receipt = await readAt(store, await receiptPath(store, place));
  return receipt?.subject === subject && isAsItWas(store, receipt) ? receipt.content : null;
}

/** The receipt in a file; null when there is none, or it is torn. */
async function readAt(store: Store, path: string): Promise<Receipt | null> {
  const text = store.readText(path);
  if (text === null) return null;
  const [seal] = text.split("\n", 1);
  const body = text.slice(seal.length + 1);
  return await sealOf(body) === seal ? JSON.parse(body) : null;
}

function isAsItWas(store: Store, { files }: Receipt): boolean {
  return files.every(([path, was]) => {
    const status = store.io.status(path);
    return status !== null && statusText(status) === was;
  });
}

async function receiptPath(store: Store, place: string): Promise<string> {
  return join(store.root, "receipts", `${await sealOf(place)}.json`);
}

function sealOf(text: string): Promise<string> {
  return digestOfNote(new TextEncoder().encode(text));
}
