/**
 * Receipts: what became of a run, and the status of all of its files, written down when every byte of them had been
 * checked. As long as no file's status has changed, the same run asked for again needs one receipt instead of its
 * records and artifacts. A receipt is only a note: without it, or with a torn one, everything is checked anew.
 */
import { join, resolve } from "node:path";
import { canBeTrusted, clockOf, statusText } from "./file_status.ts";
import { digestOfBytes, digestOfPlain, type Plain } from "./digest.ts";
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
 * Writes the receipt of `subject`, whose results are in the folder `place`; a place has one receipt. Every file must
 * have been checked after the time `since`, in milliseconds. No receipt is written when a file changed so shortly before that time that
 * it may have changed again without a trace.
 */
export function keepReceipt(
  store: Store,
  place: string,
  subject: string,
  content: Plain,
  paths: readonly string[],
  since: number,
): void {
  const receipt = receiptPath(store, place);
  const now = clockOf(store.io, store.root, receipt);
  if (now === null) return;
  const ahead = now - Date.now();
  const files: Receipt["files"] = [];
  for (const path of paths) {
    const status = store.io.status(path);
    if (status === null || !canBeTrusted(status, since + ahead)) return;
    files.push([resolve(path), statusText(status)]);
  }
  const body = JSON.stringify({ subject, content, files } satisfies Receipt);
  store.io.note(receipt, `${sealOf(body)}\n${body}`);
}

/** The receipt's content; null when there is none for this subject, or a file is not what it was. */
export function readReceipt(store: Store, place: string, subject: string): Plain | null {
  const text = store.readText(receiptPath(store, place));
  if (text === null) return null;
  const [seal] = text.split("\n", 1);
  const body = text.slice(seal.length + 1);
  if (sealOf(body) !== seal) return null;
  const receipt: Receipt = JSON.parse(body);
  if (receipt.subject !== subject) return null;
  const isAsItWas = receipt.files.every(([path, was]) => {
    const status = store.io.status(path);
    return status !== null && statusText(status) === was;
  });
  return isAsItWas ? receipt.content : null;
}

function receiptPath(store: Store, place: string): string {
  return join(store.root, "receipts", `${digestOfPlain(resolve(place))}.json`);
}

function sealOf(body: string): string {
  return digestOfBytes(new TextEncoder().encode(body));
}
