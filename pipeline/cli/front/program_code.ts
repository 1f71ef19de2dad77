/** The digests of the program's code, and whether the code that a worker has loaded is the digested one. */
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { OWN_CODE } from "../../define/own_code.ts";
import { realPathOf, statusOfInput } from "../../engine/files/entry.ts";
import {
  changedFiles,
  type CodeMap,
  currentMap,
  declaredFiles,
  joinedMaps,
  type MappedProgram,
  nameOf,
  programFiles,
} from "../../engine/keys/code_map.ts";
import { type CodeNote, codeNotePath, codeNoteText, readCodeNote, type SeenFile } from "../../engine/keys/receipt.ts";
import { isInstalled } from "../../engine/keys/installed_packages.ts";
import { CodeChangedError, ConfigError, DefinitionError } from "../../engine/run_errors.ts";
import { statusText } from "../../engine/store/file_status.ts";
import { Store } from "../../engine/store/store.ts";
import { isInside } from "../../experiment/folders.ts";
import { IS_PACKAGE, moduleFile } from "../load_on_demand.ts";
import { USAGE_ERROR } from "../failure.ts";
import type { Permissions } from "../permissions.ts";
import { packageFailure } from "../package_failure.ts";
import { placeIn } from "../user_errors.ts";
import type { CodeRequest } from "./read_code.ts";
import { evidenceOfShipped, shippedMap } from "./shipped_code.ts";
import { frontPermissions, startDeno } from "./start_deno.ts";
import type { UserCode } from "./user_code.ts";

/** The code of the program. */
export interface ProgramCode {
  map: CodeMap;
  /** What the user's code does that gives other results on other machines, or may. */
  inexact: readonly string[];
  /** The files that definitions declare: all files of the program that may be read while stages run. */
  declared: string[];
  /** What in the folders that are allowed to be read is code. */
  unreadable(read: Permissions["read"]): string[];
  /** What a worker is to keep in the cache, for the next run. */
  notes: CodeNote[];
  /** All files of the program, those of the command line included, and of its configuration, with their statuses. */
  seenFiles(): SeenFile[];
  /** The present status of every file: to be taken before a worker is started. */
  statuses(): ReadonlyMap<string, string>;
  /**
   * To be called when a worker has loaded its code, with the statuses from before.
   * @throws CodeChangedError if what it has loaded may not be the digested code.
   */
  checkUnchanged(before: ReadonlyMap<string, string>): void;
}

const here = (file: string) => join(import.meta.dirname!, moduleFile(file));

/** The program: the module from which everything that makes results is reached, and the library for code of users. */
export const PROGRAM: MappedProgram = {
  roots: [OWN_CODE],
  entries: [here("../worker/all_code.ts"), here("../../library/retrace.ts")],
};

/**
 * The code of the program and of a user's modules, which is read again if a file has changed since the note in the cache.
 * @throws DefinitionError if Deno cannot load a module.
 */
export async function programCode(
  cache: string,
  { links, modules, roots }: Pick<UserCode, "links" | "modules" | "roots"> = { links: [], modules: [], roots: [] },
): Promise<ProgramCode> {
  const store = new Store(cache);
  const own = await mapOf(PROGRAM, null, store);
  const users = { roots: [OWN_CODE, ...roots], entries: modules };
  const user = modules.length === 0 ? null : await mapOf(users, own.map, store);
  const map = user === null ? own.map : joinedMaps(own.map, user.map);
  if (user !== null) checkUserCode(user.map);
  const declared = declaredFiles(map);
  const ofUser = Object.keys(user?.map.files ?? {}).filter((path) => !declared.includes(path));
  return {
    map,
    inexact: user === null ? [] : inexactIn(user.map),
    declared,
    unreadable(read) {
      const allowed = read === true || read === undefined ? [] : read.map((path) => realPathOf(resolve(path)));
      const code = [...OWN_CODE.program!.map((name) => join(OWN_CODE.folder, name)), ...ofUser];
      const kept = [...declared, ...allowed];
      return code.filter((path) => allowed.some((one) => isInside(one, path))).flatMap((path) => without(kept, path));
    },
    notes: [own, user].flatMap((one) => one?.note ?? []),
    seenFiles() {
      // Of the files that decide what imports mean, those in the program's folder also count if they do not exist; of
      // declared files, all.
      const deciding = Object.entries(map.deciding).filter(([path, evidence]) =>
        evidence !== null || dirname(path) === OWN_CODE.folder || declared.includes(path)
      );
      const paths = new Set([
        ...links,
        ...programFiles([OWN_CODE]),
        ...Object.keys(map.files),
        ...deciding.map(([path]) => path),
      ]);
      return [...paths].map((path): SeenFile => [path, statusOfInput(path)]);
    },
    statuses: () => statusesOf(map),
    checkUnchanged(before) {
      // A file could have been edited and edited back, so its bytes prove nothing about what was loaded in between.
      const touched = [...statusesOf(map)].filter(([path, status]) => before.get(path) !== status);
      const changed = new Set([...touched.map(([path]) => path), ...changedFiles(map)]);
      if (changed.size === 0) return;
      throw new CodeChangedError(
        `${[...changed].join(", ")} changed while the program started, so it is unknown which version was loaded. ` +
          "Run the command again.",
      );
    },
  };
}

/** A folder, or of one with paths in it that are kept, the rest. */
function without(kept: readonly string[], path: string): string[] {
  if (!kept.some((one) => isInside(path, one))) return [path];
  if (kept.includes(path)) return [];
  return [...Deno.readDirSync(path)].flatMap(({ name }) => without(kept, join(path, name))).sort();
}

/**
 * @throws ConfigError, before any of it runs, for code of a user whose effect on results cannot be followed, and for a file
 * that it imports or declares and that is, behind links, in none of the folders of code.
 */
function checkUserCode({ files, roots }: CodeMap): void {
  for (const [path, { problems }] of Object.entries(files)) {
    const real = realPathOf(path);
    if (nameOf(real, roots) === null && !isInstalled(path)) {
      throw new ConfigError(
        `Code of your own uses ${real}, which is outside of its project. Copy the file into the project.`,
      );
    }
    for (const { line, what } of problems) {
      throw new ConfigError(`${placeIn(pathToFileURL(path).href)}:${line} ${what}`);
    }
  }
}

function inexactIn({ files, packages }: CodeMap): string[] {
  const all = Object.entries(files).flatMap(([path, { facts }]) =>
    (facts?.inexact ?? []).map(({ line, what }) => `${placeIn(pathToFileURL(path).href)}:${line} uses ${what}`)
  );
  return [...all, ...Object.keys(packages).map((id) => `npm:${id} is not checked`)];
}

/** The map of a program, and the note to keep about it; null if that is in the cache already. */
async function mapOf(
  program: MappedProgram,
  own: CodeMap | null,
  store: Store,
): Promise<{ map: CodeMap; note: CodeNote | null }> {
  const path = await codeNotePath(store, [OWN_CODE.folder, ...program.entries].join("\n"));
  const before = await readCodeNote(store, path);
  const isShipped = IS_PACKAGE && program === PROGRAM;
  const map = isShipped
    ? shippedMap(program, before?.map ?? null)
    : currentMap(program, before?.map ?? null) ?? await readCode({ program, before: before?.map ?? null, own });
  const text = await codeNoteText(isShipped ? evidenceOfShipped(map) : map);
  return { map, note: text === before?.text ? null : { path, text } };
}

function statusesOf({ files }: CodeMap): ReadonlyMap<string, string> {
  return new Map(
    Object.keys(files).map((path) => {
      const status = statusOfInput(path);
      return [path, status === null ? "" : statusText(status)];
    }),
  );
}

/** Reads code in another process, which loads the parser. */
async function readCode(request: CodeRequest): Promise<CodeMap> {
  const child = startDeno(here("read_code.ts"), frontPermissions());
  const output = child.output();
  const input = child.stdin.getWriter();
  // A process that has ended receives nothing; its output says why.
  await input.write(new TextEncoder().encode(JSON.stringify(request))).then(() => input.close()).catch(() => {});
  const { success, code, stdout, stderr } = await output;
  if (success) return JSON.parse(new TextDecoder().decode(stdout));
  const reason = new TextDecoder().decode(stderr).trim();
  if (request.own !== null && code === USAGE_ERROR) throw new ConfigError(reason);
  throw packageFailure(reason) ??
    new DefinitionError(reason || `The process that reads the code ended unexpectedly (exit code ${code}).`);
}
