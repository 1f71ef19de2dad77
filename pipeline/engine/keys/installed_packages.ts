/** npm packages as they are installed: to which package a file belongs, its version, and the packages that it needs. */
import { dirname, join } from "node:path";
import { ifFound } from "../files/entry.ts";
import { isJsonObject } from "../store/bounded_json.ts";

/** An installed version of a package. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Further packages, as "NAME@VERSION". Optional ones are left out: they depend on the machine. */
  readonly dependencies: readonly string[];
}

/** A package's description in its folder. */
interface Manifest {
  path: string;
  name: string;
  version: string;
  needs: string[];
}

/** Whether a file is in a folder of installed packages. */
export function isInstalled(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}

/** Collects the packages of files. */
export class InstalledPackages {
  /** By "NAME@VERSION". */
  readonly found: Record<string, NpmPackage> = {};
  /** The paths of the descriptions that were read, and of those that would have been if they were there. */
  readonly manifests = new Set<string>();

  /** The package of an installed file, as "NAME@VERSION"; null if none of the folders around it describes one. */
  packageOf(path: string): string | null {
    for (let folder = dirname(realPathOf(path)); isInstalled(folder); folder = dirname(folder)) {
      const manifest = readManifest(join(folder, "package.json"));
      if (manifest !== null) return this.#add(manifest);
    }
    return null;
  }

  /** Adds a package, and all that it needs, as code in a folder finds it; null if it is not installed. */
  add(name: string, from: string): string | null {
    const manifest = findManifest(name, from, this.manifests);
    return manifest && this.#add(manifest);
  }

  #add({ path, name, version, needs }: Manifest): string {
    const id = `${name}@${version}`;
    this.manifests.add(path);
    if (Object.hasOwn(this.found, id)) return id;
    const dependencies: string[] = [];
    // Before the others: packages can need each other.
    this.found[id] = { name, version, dependencies };
    for (const need of needs) {
      const added = this.add(need, dirname(path));
      if (added !== null) dependencies.push(added);
    }
    return id;
  }
}

/** The description of a package as code in a folder finds it; null if it is not installed. Adds where it could be nearer. */
function findManifest(name: string, from: string, missed: Set<string>): Manifest | null {
  for (let folder = from;; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name, "package.json");
    const manifest = readManifest(realPathOf(path));
    if (manifest !== null || folder === dirname(folder)) return manifest;
    missed.add(path);
  }
}

/** Null for a file that does not exist, or is only about a part of a package. */
function readManifest(path: string): Manifest | null {
  const text = ifFound(() => Deno.readTextFileSync(path));
  if (text === null) return null;
  const content: unknown = JSON.parse(text);
  if (!isJsonObject(content)) return null;
  const { name, version, dependencies, peerDependencies, optionalDependencies } = content;
  if (typeof name !== "string" || typeof version !== "string") return null;
  const optional = Object.keys(Object(optionalDependencies));
  const needs = Object.keys({ ...Object(dependencies), ...Object(peerDependencies) });
  return { path, name, version, needs: needs.filter((one) => !optional.includes(one)).sort() };
}

function realPathOf(path: string): string {
  return ifFound(() => Deno.realPathSync(path)) ?? path;
}
