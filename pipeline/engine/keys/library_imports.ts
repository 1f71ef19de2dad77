/** What code of a user imports: from Retrace's library the modules that define what it takes, and pinned npm packages. */
import { dirname, resolve } from "node:path";
import type { CodeMap } from "./code_map.ts";
import type { SourceFacts } from "./source_facts.ts";

/** What the names that a module takes from the library stand for. */
export interface FromLibrary {
  /** Paths. */
  readonly files: readonly string[];
  /** "NAME@VERSION". */
  readonly packages: readonly string[];
}

/**
 * The modules and packages behind the names that a module takes from the library at `path`: the library only exports what
 * others define, and a user's stage is not to run again because of an edit to what it does not use.
 */
export function libraryImports(own: CodeMap, path: string, specifier: string, facts: SourceFacts | null): FromLibrary {
  const library = own.files[path];
  const taken = facts?.imports.filter((one) => one.specifier === specifier) ?? [];
  const offered = (library.facts?.imports ?? []).flatMap((one) => one.names ?? []);
  const names = taken.flatMap((one) => one.names ?? [""]);
  // Running experiments is no part of what a stage computes.
  const modules = library.modules.filter((file) => !/run_experiment\.[jt]s$/.test(file));
  if (facts === null || names.some((name) => !offered.includes(name))) {
    return { files: modules, packages: library.packages };
  }
  const sources = (library.facts?.imports ?? []).filter((one) => one.names?.some((name) => names.includes(name)));
  // In the package, a file has another ending than the specifier.
  const stem = (file: string) => file.replace(/\.[jt]s$/, "");
  const stems = sources.map((one) => stem(resolve(dirname(path), one.specifier)));
  return {
    files: modules.filter((file) => stems.includes(stem(file))),
    packages: library.packages.filter((id) => sources.some((one) => id.startsWith(`${one.specifier}@`))),
  };
}

/** What is wrong with the way in which code of a user imports a package; null if nothing. `id`: what is installed. */
export function problemOfPackage(specifier: string, id: string | null): string | null {
  const [, name, version] = /^npm:\/?((?:@[^/@]+\/)?[^/@]+)@(\d+\.\d+\.\d+[^/]*)/.exec(specifier) ?? [];
  if (name === undefined) {
    const wanted = id ?? `${specifier.replace(/^npm:/, "")}@1.2.3`;
    return `imports ${JSON.stringify(specifier)}, whose version could be any. Write it exactly: "npm:${wanted}".`;
  }
  if (id === null || id === `${name}@${version}`) return null;
  return `imports ${JSON.stringify(specifier)}, but ${id} is installed. Install what it imports: ` +
    `npm install --save-exact ${name}@${version}`;
}
