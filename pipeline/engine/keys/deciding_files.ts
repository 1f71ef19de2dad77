/** The files besides the code that decide what an import means, and how code is compiled. */
import { dirname, join } from "node:path";
import { attempt, ifFound } from "../files/entry.ts";
import { canonicalJson, digestOfPlain, type Plain } from "../store/digest.ts";

/** The names of configuration files: those in all folders around a source file count. */
export const DECIDING_NAMES = ["deno.json", "deno.jsonc", "deno.lock", "package.json", "tsconfig.json"];

/**
 * The files that decide how imports of these files are resolved, whether they exist or not: the configuration in their
 * folders and in all folders around them.
 */
export function decidingFiles(paths: Iterable<string>): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort().flatMap((folder) => DECIDING_NAMES.map((name) => join(folder, name)));
}

function isConfig(path: string): boolean {
  return /deno\.jsonc?$/.test(path);
}

function textOf(path: string): string {
  return ifFound(() => Deno.readTextFileSync(path)) ?? "";
}

/**
 * The digest of the compiler options in the configuration files among `paths`, which change what code does (decorators,
 * JSX); null if there are none.
 */
export function compilerOptions(paths: readonly string[]): string | null {
  const found = paths.filter((path) => isConfig(path) || path.endsWith("tsconfig.json")).flatMap((path) => {
    const text = textOf(path);
    if (!text.includes('"compilerOptions"')) return [];
    // With comments, all of it counts.
    return attempt(() => canonicalJson((JSON.parse(text) as { compilerOptions: Plain }).compilerOptions)) ?? text;
  });
  return found.length === 0 ? null : digestOfPlain(found);
}
