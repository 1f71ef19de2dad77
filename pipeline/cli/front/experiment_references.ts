/**
 * What experiment files refer to: the paths and hosts that a worker may use for them. The files are only read here; the
 * worker checks them. A text that could be a path counts as one: whether it is used as one is up to the definitions.
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { hostOf } from "../../define/dataset.ts";
import { kindOfInput, realPathOf } from "../../engine/files/entry.ts";
import { isExperimentFile, namedModules, readFiles } from "../../experiment/extends.ts";
import { lockPathOf } from "../../experiment/lock_file.ts";
import { isInside, readableFolders } from "../../experiment/folders.ts";
import { readSettings } from "../../experiment/grid.ts";

/** What experiments refer to. */
export interface ExperimentReferences {
  /** The files themselves, those that they extend, and the folders of data. */
  reads: string[];
  /** "HOST:PORT" of every web address in them. */
  hosts: string[];
  /** For each file, the real paths of the folders that it may refer to. */
  readable: Record<string, string[]>;
  /** The paths of the modules that they use, with links as they are. */
  links: string[];
}

/** The command's arguments that decide it. */
interface Given {
  /** Experiment files. */
  files: readonly string[];
  /** Overrides, as typed. */
  set?: readonly string[];
  /** Folders that experiments may refer to. */
  data: readonly string[];
}

/** Reads experiments. @throws ConfigError if one cannot be read, UsageError for an invalid `--set`. */
export function referencesOf({ files, set = [], data }: Given): ExperimentReferences {
  const reads = data.map((folder) => resolve(folder));
  const references: ExperimentReferences = { reads, hosts: [], readable: {}, links: [] };
  const experiments = files.filter(isExperimentFile);
  for (const file of experiments) {
    references.readable[file] = readableFolders(file, data);
    if (kindOfInput(lockPathOf(file)) !== null) references.reads.push(lockPathOf(file));
    const all = readFiles(file, references.readable[file]);
    references.links.push(...namedModules(all, references.readable[file]));
    for (const { path, content } of all) {
      references.reads.push(path);
      const inside = (path: string) => references.readable[file].some((folder) => isInside(folder, path));
      collect(content.pipeline, dirname(path), references, inside);
    }
  }
  for (const { values } of readSettings(set).settings) {
    // What the user types can be anywhere.
    for (const file of experiments) collect(values, dirname(resolve(file)), references, () => true);
  }
  return references;
}

/** Adds the paths, relative to `folder`, and hosts among the texts of a value. */
function collect(
  value: unknown,
  folder: string,
  references: ExperimentReferences,
  isAllowed: (path: string) => boolean,
): void {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) collect(part, folder, references, isAllowed);
  } else if (typeof value === "string") {
    const url = /^[a-z]+:\/\//i.test(value) && URL.canParse(value) ? new URL(value) : null;
    if (url !== null && url.protocol !== "file:") references.hosts.push(hostOf(url));
    const path = url === null ? resolve(folder, value) : pathOf(url);
    // A path with a comma could not be allowed; a text with one that is no path need not be.
    const mayBe = path !== null && isPath(value, path) && !(path.includes(",") && kindOfInput(path) === null);
    if (path !== null && mayBe && (isAllowed(path) || isAllowed(realPathOf(path)))) {
      references.reads.push(path, ...(kindOfInput(path) === "folder" ? [] : [`${path}.gz`]));
    }
  }
}

/** The path of a `file:` URL; null for another one, or a file on another machine. */
function pathOf(url: URL): string | null {
  try {
    return url.protocol === "file:" ? fileURLToPath(url) : null;
  } catch {
    return null;
  }
}

/** True for a text that looks like a path, or is the name of a file, perhaps a packed one, or folder. */
function isPath(text: string, path: string): boolean {
  if (text === "" || text.includes("\0")) return false;
  return /[/\\]|^\.|\.\w+$/.test(text) || [path, `${path}.gz`].some((one) => kindOfInput(one) !== null);
}
