/** The receipt of a sweep that has nothing left to do: what is printed about it. Reading it loads no stages. */
import { readReceipt } from "../engine/keys/receipt.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { canonicalJson } from "../engine/store/digest.ts";
import type { Store } from "../engine/store/store.ts";

/** What is printed about a complete sweep: for people, and for programs. */
export interface KnownSweep {
  text: string;
  json: string;
}

/** A sweep command, as typed, with its working folder and its program: several may share a cache. */
export function subjectOfSweep(
  command: { file: string; set: readonly string[]; data: readonly string[] },
  results: string,
): string {
  return canonicalJson({ sweep: { ...command }, results, folder: Deno.cwd(), program: import.meta.url });
}

/** What is known of a sweep; null if anything that decides it has changed. */
export async function readKnownSweep(subject: string, store: Store): Promise<KnownSweep | null> {
  const kept = await readReceipt(store, subject, subject);
  if (!isJsonObject(kept) || typeof kept.text !== "string" || typeof kept.json !== "string") return null;
  return kept as unknown as KnownSweep;
}
