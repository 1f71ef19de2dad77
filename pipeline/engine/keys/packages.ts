/** The versions of npm packages: those in deno.lock, or without a lock file those in package.json. */
import { join } from "node:path";
import { ifFound } from "../store/store_failure.ts";

interface LockFile {
  specifiers: Record<string, string>;
  npm: Record<string, { dependencies?: string[]; optionalDependencies?: string[] }>;
}

/** The packages of a project. */
export class PackageLock {
  /** The direct dependencies, with their version ranges. */
  readonly #ranges: Record<string, string>;
  readonly #lock: LockFile;
  readonly #versions = new Map<string, ReadonlyMap<string, string>>();

  constructor(project: string) {
    const { dependencies = {}, devDependencies = {} } = readJson(join(project, "package.json"));
    this.#ranges = { ...dependencies, ...devDependencies };
    this.#lock = { specifiers: {}, npm: {}, ...readJson(join(project, "deno.lock")) };
  }

  /**
   * The versions of an imported package ("zod", "@stdlib/x/y.js") and of everything it depends on; null if it is not in
   * package.json. A package with two versions has both: "1.0.0, 2.0.0".
   */
  versions(specifier: string): ReadonlyMap<string, string> | null {
    const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)!;
    if (!Object.hasOwn(this.#ranges, name)) return null;
    return this.#versions.getOrInsertComputed(name, () => {
      const range = this.#ranges[name];
      const version = this.#lock.specifiers[`npm:${name}@${range}`] ?? range;
      const ids = new Set<string>();
      this.#visit(`${name}@${version}`, ids);
      return versionsByName(ids);
    });
  }

  /** Adds a package, given as "name@1.0.0", or as "name" if only one version is locked, and its dependencies. */
  #visit(given: string, ids: Set<string>): void {
    const locked = Object.keys(this.#lock.npm);
    const id = locked.find((one) => one === given) ?? locked.find((one) => splitId(one).name === given) ?? given;
    if (ids.has(id)) return;
    ids.add(id);
    const { dependencies = [], optionalDependencies = [] } = this.#lock.npm[id] ?? {};
    // "alias@npm:name@1.0.0" refers to the package "name".
    for (const one of [...dependencies, ...optionalDependencies]) this.#visit(one.replace(/^.+@npm:/, ""), ids);
  }
}

function splitId(id: string): { name: string; version: string } {
  const at = id.indexOf("@", 1);
  return at === -1 ? { name: id, version: "not locked" } : { name: id.slice(0, at), version: id.slice(at + 1) };
}

function versionsByName(ids: ReadonlySet<string>): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const { name, version } of [...ids].sort().map(splitId)) {
    versions.set(name, versions.has(name) ? `${versions.get(name)}, ${version}` : version);
  }
  return versions;
}

function readJson(path: string) {
  return JSON.parse(ifFound(() => Deno.readTextFileSync(path)) ?? "{}");
}
