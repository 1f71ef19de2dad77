/**
 * Code maps from the cache, which may come from anybody: the shape of everything that is used is checked, and that no
 * file is opened because of such a map but those of the program and those that decide what imports mean.
 */
import { basename, resolve } from "node:path";
import { type CodeMap, FORMAT, nameOf } from "./code_map.ts";
import { DECIDING_NAMES } from "./deciding_files.ts";
import { digest, either, list, number, object, optional, parsedAs, record, type Shape } from "./untrusted_value.ts";

/** The longest text of a map, in characters; that of Retrace's own code has less than a million. */
const MAX_CHARACTERS = 1 << 24;

/** Parses an untrusted map; null if it is not a map of this format, or too long. */
export function parseCodeMap(json: string): CodeMap | null {
  const map = parsedAs<CodeMap>(json, MAX_CHARACTERS, hasShape);
  return map !== null && isConsistent(map) ? map : null;
}

// deno-lint-ignore no-control-regex -- messages are printed, and must not control the terminal.
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

const text: Shape = (value) => typeof value === "string" && !CONTROL.test(value);
const path: Shape = (value) => text(value) && resolve(value as string) === value;
const boolean: Shape = (value) => typeof value === "boolean";
const line: Shape = (value) => Number.isInteger(value) && (value as number) > 0;
const isNull: Shape = (value) => value === null;

const evidence = object({ status: text, changed: either(number, isNull), isOld: boolean, digest });
const problems = list(object({ line, what: text }));
const named = { specifier: text, line };
const facts = object({
  digest,
  imports: list(object({ ...named, isData: boolean, names: either(list(text), isNull) })),
  packageFiles: list(object(named)),
  reads: list(object(named)),
  declared: list(object({ ...named, isOptional: boolean })),
  problems,
  inexact: problems,
  readsText: boolean,
});
const file = object({
  name: text,
  // Files that are missing are changes, so there are no chains of files that nobody has.
  evidence,
  facts: either(facts, isNull),
  modules: list(text),
  data: list(text),
  declared: list(text),
  reads: list(object({ path: text, line })),
  packages: list(text),
  problems,
});
const hasShape = object({
  format: (value) => value === FORMAT,
  roots: list(object({ name: text, folder: path, program: optional(list(text)) })),
  entries: list(path),
  files: record(path, file),
  packages: record(text, object({ name: text, version: text, dependencies: list(text) })),
  deciding: record(path, either(evidence, isNull)),
  compilerOptions: either(digest, isNull),
  isIncomplete: boolean,
});

/** True if every file has its name in keys, may be opened, and is in the map when another one refers to it. */
function isConsistent({ roots, files, deciding }: CodeMap): boolean {
  // Code of a user refers to files of Retrace's own, which are in another map.
  const isThere = (one: string) =>
    Object.hasOwn(files, one) || (roots.length > 1 && nameOf(one, roots.slice(0, 1)) !== null);
  // If a declared file is missing, that is part of the map, too.
  const isMissing = (one: string) => Object.hasOwn(deciding, one) && deciding[one] === null;
  return Object.entries(files).every(([path, { name, modules, data, declared }]) =>
    name === nameOf(path, roots) && [...modules, ...data].every(isThere) &&
    declared.every((one) => data.includes(one) || isMissing(one))
  ) && Object.keys(deciding).every((path) => DECIDING_NAMES.includes(basename(path)) || nameOf(path, roots) !== null);
}
