/** Which versions of npm packages run: those of deno.lock, or, where that is not kept, those that package.json names. */
import { join } from "node:path";

interface LockFile {
  specifiers?: Record<string, string>;
  npm?: Record<string, { dependencies?: string[]; optionalDependencies?: string[] }>;
}

/** The packages of a project. */
export class PackageLock {
  readonly #named: Record<string, string>;
  readonly #lock: LockFile;
  /** The first package of a name that the lock has. */
  readonly #first = new Map<string, string>();
  readonly #found = new Map<string, ReadonlyMap<string, string>>();

  constructor(project: string) {
    const { dependencies = {}, devDependencies = {} } = readJson(join(project, "package.json"));
    this.#named = { ...dependencies, ...devDependencies };
    this.#lock = readJson(join(project, "deno.lock"));
    for (const id of Object.keys(this.#lock.npm ?? {})) {
      const name = id.slice(0, id.indexOf("@", 1));
      if (!this.#first.has(name)) this.#first.set(name, id);
    }
  }

  /**
   * The package that an import names ("zod", "@stdlib/x/y.js") and all that it depends on, with their versions; null
   * when package.json names no such package. A package in two versions has both, as "1.0.0, 2.0.0".
   */
  versions(specifier: string): ReadonlyMap<string, string> | null {
    const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)!;
    if (!Object.hasOwn(this.#named, name)) return null;
    let versions = this.#found.get(name);
    if (versions === undefined) {
      const range = this.#named[name];
      const version = this.#lock.specifiers?.[`npm:${name}@${range}`] ?? range;
      const seen = new Set<string>();
      this.#visit(`${name}@${version}`, seen);
      versions = byName(seen);
      this.#found.set(name, versions);
    }
    return versions;
  }

  /** `id`: "name@1.0.0"; of a package that is there in one version only, also just "name". */
  #visit(id: string, seen: Set<string>): void {
    const packages = this.#lock.npm ?? {};
    const locked = Object.hasOwn(packages, id) ? id : this.#first.get(id) ?? id;
    if (seen.has(locked)) return;
    seen.add(locked);
    const { dependencies = [], optionalDependencies = [] } = packages[locked] ?? {};
    // "alias@npm:name@1.0.0" stands for another package.
    for (const one of [...dependencies, ...optionalDependencies]) this.#visit(one.replace(/^.+@npm:/, ""), seen);
  }
}

function byName(ids: ReadonlySet<string>): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const id of [...ids].sort()) {
    const at = id.indexOf("@", 1);
    const [name, version] = at === -1 ? [id, "not locked"] : [id.slice(0, at), id.slice(at + 1)];
    versions.set(name, versions.has(name) ? `${versions.get(name)}, ${version}` : version);
  }
  return versions;
}

function readJson(path: string) {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}
