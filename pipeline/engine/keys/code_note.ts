/**
 * The code map of the last run, kept in the cache: as long as no file has changed, the next run need not ask Deno for the
 * module graph. Like a receipt it is only a note; if it is missing or damaged, the map is made again.
 */
import { join } from "node:path";
import { clockOf } from "../store/file_status.ts";
import type { Store } from "../store/store.ts";
import { unlessStoreFails } from "../store/store_failure.ts";
import type { CodeMap } from "./code_map.ts";
import { checksumOf, noteOf, readNote } from "./receipt.ts";
import { parseCodeMap } from "./untrusted_map.ts";

/** A note: its path, and its text. */
export interface CodeNote {
  path: string;
  text: string;
}

/** The path of the note of a program; several can share a cache. */
export async function codeNotePath(store: Store, program: string): Promise<string> {
  return join(store.root, "code", `${await checksumOf(program)}.json`);
}

/** The map in a note; null if there is none, or it is damaged or no map: the cache may come from anybody. */
export async function readCodeNote(store: Store, path: string): Promise<{ map: CodeMap; text: string } | null> {
  const [checksum, body] = readNote(store, path);
  const map = await checksumOf(body) === checksum ? parseCodeMap(body) : null;
  return map === null ? null : { map, text: `${checksum}\n${body}` };
}

/** The text of a map's note. */
export function codeNoteText(map: CodeMap): Promise<string> {
  return noteOf(JSON.stringify(map));
}

/** Keeps a note. Where change times prove nothing, files of code are not taken for unchanged without reading them. */
export async function keepCodeNote(store: Store, { path, text }: CodeNote): Promise<void> {
  const body = text.slice(text.indexOf("\n") + 1);
  const isProof = clockOf(store, path) !== null;
  const kept = isProof ? text : await codeNoteText(JSON.parse(body, (name, value) => name === "isOld" ? false : value));
  unlessStoreFails(() => store.io.note(path, kept));
}
