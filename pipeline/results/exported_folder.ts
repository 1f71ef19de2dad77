/** The folder that an export of a run is written to: whole or not at all, and never over files of others. */
import { dirname, join, resolve, sep } from "node:path";
import type { TargetFiles } from "../define/target.ts";
import { kindOfInput, reasonOf } from "../engine/files/entry.ts";
import { Tree } from "../engine/files/tree.ts";
import { DefinitionError, ResultsError, UsageError } from "../engine/run_errors.ts";
import { isJsonObject, jsonObjectIn } from "../engine/store/bounded_json.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import { encodeJson } from "../formats/json.ts";
import { beside, MAX_SHOWN_BYTES, readFile, recover, replaceFolder, statusIn } from "./folder.ts";

/** Says what an export has written: the run, the target, and the SHA-256 of every other file. */
const EXPORT_LIST = "export.json";

/** The paths that must be writable for an export to a folder. */
export function pathsOfExport(folder: string): string[] {
  const around = dirname(resolve(folder));
  const missing = kindOfInput(around) === null ? [around] : [];
  return [folder, beside(folder, "new"), beside(folder, "old"), ...missing];
}

/**
 * Writes an export, in the place of what an earlier one has left in the folder; other files in it stay. Returns the names
 * of its files.
 * @throws UsageError if something that no export has written, or that was edited since, would be replaced or removed.
 * @throws ResultsError if the folder cannot be written; its content stays.
 */
export function writeExport(folder: string, about: { run: string; target: string }, files: TargetFiles): string[] {
  const wrong = Object.keys(files).find((name) => !/^[^./\\][^/\\]*$/.test(name) || name === EXPORT_LIST);
  if (wrong !== undefined) {
    throw new DefinitionError(
      `The target ${about.target} has a file "${wrong}", which is not the name of a file of its own.`,
    );
  }
  const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digestOfBytes(bytes)]));
  // It would be renamed, with everything in it.
  if (join(resolve(), sep).startsWith(join(resolve(folder), sep))) {
    throw new UsageError(
      `${folder} is the current folder, or around it, and an export has its own. Choose --out FOLDER.`,
    );
  }
  const all = new Map([...Object.entries(files), [EXPORT_LIST, encodeJson({ ...about, files: digests })]]);
  const tree = new Tree(dirname(folder), (_, error) => {
    if (error instanceof Deno.errors.NotCapable || error instanceof ResultsError) return error;
    return new ResultsError(`Cannot write the export to ${folder}: ${reasonOf(error)}. Choose another --out FOLDER.`);
  });
  const isOwn = (name: string) => all.has(name) || Object.hasOwn(before, name);
  let before = exportedFiles(folder);
  recover(folder, isOwn, tree);
  before = exportedFiles(folder);
  checkOwn(folder, before, [...all.keys()]);
  replaceFolder(folder, all, isOwn, tree);
  return [...all.keys()];
}

/** The digests of the files that an export has written, by name; none if the list is missing or is another's. */
function exportedFiles(folder: string): Record<string, unknown> {
  const bytes = readFile(folder, EXPORT_LIST, MAX_SHOWN_BYTES);
  const list = bytes === null ? null : jsonObjectIn(bytes);
  if (bytes === null || typeof list?.target !== "string" || !isJsonObject(list.files)) return {};
  return { ...list.files, [EXPORT_LIST]: digestOfBytes(bytes) };
}

/** @throws UsageError if one of these names, or of the files before, is that of something else than what was written. */
function checkOwn(folder: string, before: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const kind = kindAt(folder);
  if (kind !== null && kind !== "folder") throw taken(`${folder} is a ${kind}`);
  for (const name of new Set([...names, ...Object.keys(before)])) {
    const path = join(folder, name);
    if (kindAt(path) === null) continue;
    const bytes = readFile(folder, name);
    if (!Object.hasOwn(before, name)) throw taken(`no export has written ${path}`);
    if (bytes === null || digestOfBytes(bytes) !== before[name]) {
      throw taken(`${path} was edited since it was exported`);
    }
  }
}

function kindAt(path: string): string | null {
  return statusIn(dirname(resolve(path)), path)?.kind ?? null;
}

function taken(what: string): UsageError {
  return new UsageError(
    `An export replaces only what an export has written, but ${what}. Move it away, or choose --out FOLDER.`,
  );
}
