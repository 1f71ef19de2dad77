/**
 * Notes of trials: the figure after each epoch. They spare a sweep from reading every record; if one is missing or damaged,
 * the stages are looked up, and nothing is trained again.
 */
import { join } from "node:path";
import { readNote } from "../engine/keys/receipt.ts";
import { either, list, number, object, parsedAs, text } from "../engine/keys/untrusted_value.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import { MAX_TEXT_BYTES, type Store } from "../engine/store/store.ts";
import { unlessStoreFails } from "../engine/store/store_failure.ts";
import type { KnownCurve } from "./plan_sweep.ts";

const hasShape = object({
  subject: text,
  values: list(either(number, (value) => value === null)),
  isEnded: (value) => typeof value === "boolean",
});

/** What is noted of the trial with this subject; null if nothing is. */
export function readTrial(store: Store, subject: string): KnownCurve | null {
  const [checksum, body] = readNote(store, pathOf(store, subject));
  if (checksumOf(body) !== checksum) return null;
  const note = parsedAs<KnownCurve & { subject: string }>(body, MAX_TEXT_BYTES, hasShape);
  return note?.subject === subject ? note : null;
}

/** The subjects of all trials with notes. To look for many that may not be there, it is faster than to open each. */
export function notedTrials({ root, io }: Store): Set<string> {
  const folder = join(root, "trials");
  const names = io.list(folder).flatMap((part) => io.list(join(folder, part)));
  return new Set(names.map((name) => name.replace(/\.json$/, "")));
}

/** Notes what is known of a trial, unless more is noted. */
export function keepTrial(store: Store, subject: string, curve: KnownCurve): void {
  const before = readTrial(store, subject);
  if (before !== null && (before.isEnded || before.values.length > curve.values.length)) return;
  const body = JSON.stringify({ subject, ...curve });
  unlessStoreFails(() => store.io.note(pathOf(store, subject), `${checksumOf(body)}\n${body}`));
}

function pathOf({ root }: Store, subject: string): string {
  return join(root, "trials", subject.slice(0, 2), `${subject}.json`);
}

function checksumOf(body: string): string {
  return digestOfBytes(new TextEncoder().encode(body));
}
