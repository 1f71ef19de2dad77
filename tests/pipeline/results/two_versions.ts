/** A results folder in two versions, and what a reader finds of them on the disk. */
import { dirname, join } from "node:path";
import type { Files } from "../../../pipeline/results/folder.ts";
import { ifFound } from "../../../pipeline/engine/files/entry.ts";

function filesOf(content: Record<string, string>): Files {
  const encoder = new TextEncoder();
  return new Map(Object.entries(content).map(([name, text]) => [name, encoder.encode(text)]));
}

/** What was there before. */
export const OLD_FILES = filesOf({
  "metrics.json": "old metrics",
  "loss.png": "old picture",
  "gone.txt": "only in the old",
});
/** What is to be there. */
export const NEW_FILES = filesOf({
  "metrics.json": "the new metrics",
  "loss.png": "the new picture",
  "history.csv": "new",
});

/** Which version a folder holds: one of them to the byte, nothing at all, or a mixture. */
export function versionIn(folder: string): "old" | "new" | "absent" | "mixed" {
  const names = ifFound(() => [...Deno.readDirSync(folder)].map(({ name }) => name));
  if (names === null) return "absent";
  const found = textOf(new Map(names.map((name) => [name, Deno.readFileSync(join(folder, name))])));
  if (found === textOf(OLD_FILES)) return "old";
  return found === textOf(NEW_FILES) ? "new" : "mixed";
}

/** Everything beside the folder, where a killed process may leave something behind. */
export function beside(folder: string): string[] {
  return [...Deno.readDirSync(dirname(folder))].map(({ name }) => name).filter((name) =>
    join(dirname(folder), name) !== folder
  );
}

function textOf(files: Files): string {
  const decoder = new TextDecoder();
  return [...files].map(([name, bytes]) => `${name}: ${decoder.decode(bytes)}`).sort().join("\n");
}
