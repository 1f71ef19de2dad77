/** The module graph as Deno sees it: what `deno info --json` prints, and what it means for keys. */
import { fileURLToPath } from "node:url";
import { type CodeProblem, isLoader, UNNOTICED } from "./code_loaders.ts";

/** The output of `deno info --json ENTRY`, as far as it is used. */
export interface ModuleGraph {
  readonly modules: readonly GraphModule[];
  readonly redirects: Readonly<Record<string, string>>;
}

/** A module of the graph: a file, a file of a package, a module of Node, or something that cannot be loaded. */
export interface GraphModule {
  readonly specifier: string;
  readonly kind?: string;
  readonly mediaType?: string;
  readonly error?: string;
  readonly dependencies?: readonly Dependency[];
}

interface Dependency {
  readonly specifier: string;
  /** Absent if only types are imported. */
  readonly code?: {
    readonly specifier?: string;
    readonly error?: string;
    readonly span?: { readonly start: { readonly line: number } };
  };
}

/** A file that a module imports when it runs. */
export interface ImportedFile {
  /** As it is written. */
  readonly specifier: string;
  readonly line: number;
  readonly path: string;
}

/** What a module imports when it runs. */
export interface ModuleImports {
  readonly files: ImportedFile[];
  readonly problems: CodeProblem[];
  /** Whether Deno could not resolve or load one. */
  readonly isIncomplete: boolean;
}

/** Makes one graph of those of several entries. */
export function mergeGraphs(graphs: readonly ModuleGraph[]): ModuleGraph {
  const modules = new Map(graphs.flatMap((graph) => graph.modules.map((one) => [one.specifier, one])));
  return {
    modules: [...modules.values()],
    redirects: Object.assign({}, ...graphs.map(({ redirects }) => redirects)),
  };
}

/** What a module imports, by the graph that has it. */
export function importsOf(module: GraphModule, find: (specifier: string) => GraphModule | undefined): ModuleImports {
  const found = { files: [] as ImportedFile[], problems: [] as CodeProblem[], isIncomplete: false };
  for (const { specifier, code } of module.dependencies ?? []) {
    if (code === undefined) continue;
    const line = (code.span?.start.line ?? 0) + 1;
    const problem = (what: string) =>
      found.problems.push({ line, what: `imports ${JSON.stringify(specifier)}${what}` });
    const target = find(code.specifier ?? "");
    const resolved = target?.specifier ?? code.specifier ?? "";
    const error = code.error ?? target?.error;
    found.isIncomplete ||= error !== undefined;
    if (/^(https?|data|blob|jsr):/.test(resolved)) {
      problem(`, ${UNNOTICED}. Expected a file (./…), a package in package.json or a module of node:.`);
    } else if (error !== undefined && specifier.startsWith("npm:")) {
      const name = specifier.replace(/^npm:\/?/, "");
      problem(
        `, which is not installed. In the folder of the file: npm install --save-exact ${name}; in a clone of Retrace: ` +
          `deno add npm:${name}`,
      );
    } else if (error !== undefined && /^[@\w][^:]*$/.test(specifier)) {
      const zod = specifier === "zod" ? ' From zod, "retrace" exports z.' : "";
      problem(`, which is no file (./…) and no package with a version. Write "npm:${specifier}@1.2.3".${zod}`);
    } else if (error !== undefined) {
      problem(
        `, which Deno cannot load: ${error.split("\n").filter((row) => !/^\s*(\d*\s*\||\||~)/.test(row)).join(" ")}`,
      );
    } else if (resolved.startsWith("node:")) {
      if (isLoader(resolved)) problem(`, which can load code that is not followed, ${UNNOTICED}. Use import instead.`);
    } else if (resolved.startsWith("file:") && target !== undefined) {
      found.files.push({ specifier, line, path: fileURLToPath(resolved) });
    } else problem(`, which cannot be followed, ${UNNOTICED}. Import a file, a package or a module of node:.`);
  }
  return found;
}

/** What Deno says about a module that it cannot load: the place of a mistake in it, and what is wrong. */
export function failureText(entry: string, error: string): string {
  const [, url, line, column] = /at (file:\/\/\S+?):(\d+):(\d+)/.exec(error) ?? [];
  const [first] = error.replace(/^\w*Error: /, "").split("\n");
  return url === undefined
    ? `Deno cannot load ${entry}: ${error}`
    : `${fileURLToPath(url)}:${line}:${column}: ${first}`;
}
