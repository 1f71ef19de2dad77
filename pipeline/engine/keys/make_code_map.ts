/** Makes the code map of a program, from the module graph that Deno reports and the text of its files. */
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CodeChangedError, DefinitionError } from "../run_errors.ts";
import {
  type CodeFile,
  type CodeMap,
  type CodeRoot,
  currentMap,
  evidenceOf,
  FORMAT,
  type MappedProgram,
  nameOf,
} from "./code_map.ts";
import type { CodeProblem } from "./code_loaders.ts";
import { compilerOptions, decidingFiles } from "./deciding_files.ts";
import { inspect, readFile } from "./file_evidence.ts";
import { InstalledPackages, isInstalled } from "./installed_packages.ts";
import { type FromLibrary, libraryImports, problemOfPackage } from "./library_imports.ts";
import {
  failureText,
  type GraphModule,
  type ImportedFile,
  importsOf,
  mergeGraphs,
  type ModuleGraph,
} from "./module_graph.ts";
import { loadParser, readSource, type SourceFacts } from "./source_facts.ts";
import type { NamedFile } from "./source_references.ts";

/** What a map is made of. */
export interface CodeMapOptions extends MappedProgram {
  /** Returns the parsed output of `deno info --json ENTRY`. */
  readonly ask: (entry: string) => Promise<ModuleGraph>;
  /** An earlier map, whose unchanged files need not be read again. */
  readonly before?: CodeMap | null;
  /** The map of Retrace's own code, for that of a user's: its files are not followed again. */
  readonly own?: CodeMap | null;
}

/** Files that are edited while they are read make the reading start again, this many times. */
const ROUNDS = 3;
const JAVASCRIPT = ["JavaScript", "Mjs", "TypeScript", "Mts"];
/** Source files in which comments can matter. */
const EXACT = ["JSX", "TSX", "Cjs", "Cts"];

/**
 * Makes the map of a program. Deno is not asked if nothing has changed since the earlier map.
 * @throws DefinitionError if Deno cannot load an entry, CodeChangedError if files are edited all the time.
 */
export async function makeCodeMap(options: CodeMapOptions): Promise<CodeMap> {
  const { roots, entries, ask, own = null } = options;
  const before = options.before?.format === FORMAT ? options.before : null;
  const current = currentMap(options, before);
  if (current !== null) return current;
  let started = 0;
  const askAll = async () => {
    started = Date.now();
    return mergeGraphs(await Promise.all(entries.map(ask)));
  };
  // While Deno works: some file has changed.
  void loadParser();
  let graph = await askAll();
  for (let round = 0; round < ROUNDS; round++) {
    const map = await new MapMaker(roots, graph, before, own).make(entries);
    if (!wasEdited(map, started)) return map;
    // When Deno read it, the file might have been another one.
    const again = await askAll();
    if (JSON.stringify(again) === JSON.stringify(graph)) return map;
    graph = again;
  }
  throw new CodeChangedError("Files of the program are being edited while they are read. Run the command again.");
}

/** True if a file may have been edited since this time, in milliseconds. The clock of files counts seconds. */
function wasEdited(map: CodeMap, since: number): boolean {
  const second = since - since % 1000;
  return evidenceOf(map).some(([, evidence]) => evidence !== null && (evidence.changed ?? second) >= second);
}

/** Makes one map of one graph. */
class MapMaker {
  readonly #modules: ReadonlyMap<string, GraphModule>;
  readonly #files = new Map<string, CodeFile>();
  readonly #added = new Set<string>();
  /** Files that definitions declare, also as optional, but that do not exist. */
  readonly #missing: string[] = [];
  readonly #packages = new InstalledPackages();
  #isIncomplete = false;

  constructor(
    readonly roots: readonly CodeRoot[],
    readonly graph: ModuleGraph,
    readonly before: CodeMap | null,
    readonly own: CodeMap | null,
  ) {
    this.#modules = new Map(graph.modules.map((one) => [withoutQuery(one.specifier), one]));
  }

  async make(entries: readonly string[]): Promise<CodeMap> {
    for (const entry of entries) {
      const { error } = this.#find(pathToFileURL(entry).href) ?? { error: "it is not in the graph" };
      if (error !== undefined) throw new DefinitionError(failureText(entry, error));
      await this.#add(entry);
    }
    const { before, own } = this;
    const library = libraryOf(own);
    const paths = [...decidingFiles(this.#files.keys()), ...this.#packages.manifests, ...(library ? [library] : [])];
    return {
      format: FORMAT,
      roots: this.roots,
      entries,
      files: Object.fromEntries(this.#files),
      packages: this.#packages.found,
      deciding: Object.fromEntries([
        ...paths.map((path) => [path, inspect(path, before?.deciding[path])]),
        // One that has appeared since is a change.
        ...this.#missing.map((path) => [path, null]),
      ]),
      compilerOptions: compilerOptions(paths),
      isIncomplete: this.#isIncomplete,
    };
  }

  /** Adds a module and everything that it imports. */
  async #add(path: string): Promise<void> {
    if (this.#added.has(path)) return;
    this.#added.add(path);
    const module = this.#find(pathToFileURL(path).href)!;
    const { files, problems, isIncomplete } = importsOf(module, (specifier) => this.#find(specifier));
    this.#isIncomplete ||= isIncomplete;
    const { evidence, facts } = await this.#read(path, module.mediaType ?? "");
    const name = nameOf(path, this.roots);
    const { modules, packages, refused } = this.#sort(files, facts, name);
    const resolved = facts === null
      ? { data: [], declared: [], reads: [], problems: [] }
      : this.#resolve(path, module, facts);
    this.#files.set(path, {
      name,
      evidence,
      facts,
      modules,
      packages,
      ...resolved,
      problems: [...problems, ...refused, ...(facts?.problems ?? []), ...resolved.problems],
    });
    for (const data of resolved.data) if (!this.#files.has(data)) this.#files.set(data, this.#dataFile(data));
    for (const file of modules) if (this.own?.files[file] === undefined) await this.#add(file);
  }

  /** Tells the files that a module imports from the packages, and takes what it imports from the library for those files. */
  #sort(files: readonly ImportedFile[], facts: SourceFacts | null, name: string | null) {
    const [modules, packages, refused] = [new Set<string>(), new Set<string>(), [] as CodeProblem[]];
    const add = (found: FromLibrary) => {
      found.files.forEach((path) => modules.add(path));
      found.packages.forEach((id) => packages.add(id));
    };
    for (const { specifier, line, path } of files) {
      if (this.own !== null && path === libraryOf(this.own)) add(libraryImports(this.own, path, specifier, facts));
      else if (this.own?.files[path] !== undefined || !isInstalled(path)) modules.add(path);
      else {
        const id = this.#packages.packageOf(path);
        // Without a description that has a version, the file counts byte by byte.
        if (id === null) modules.add(path);
        else packages.add(id);
        const what = this.own !== null && name?.includes(":") ? problemOfPackage(specifier, id) : null;
        if (what !== null) refused.push({ line, what });
      }
    }
    return { modules: [...modules], packages: [...packages], refused };
  }

  #find(specifier: string): GraphModule | undefined {
    return this.#modules.get(withoutQuery(this.graph.redirects[specifier] ?? specifier));
  }

  #dataFile(path: string): CodeFile {
    const evidence = inspect(path, this.before?.files[path]?.evidence);
    const none = { modules: [], data: [], declared: [], reads: [], packages: [], problems: [] };
    return { name: nameOf(path, this.roots), evidence, facts: null, ...none };
  }

  /** What a file contains; from the earlier map if its bytes are the same. */
  async #read(path: string, mediaType: string): Promise<Pick<CodeFile, "evidence" | "facts">> {
    const known = this.before?.files[path];
    const isExact = EXACT.includes(mediaType);
    // Packages that are managed by another tool count byte by byte; how they load their files is up to them.
    const isSource = (isExact || JAVASCRIPT.includes(mediaType)) && !isInstalled(path);
    if (!isSource) return { evidence: inspect(path, known?.evidence), facts: null };
    const { evidence, bytes } = readFile(path, known?.facts ? known.evidence : null);
    if (known?.facts && known.evidence?.digest === evidence?.digest) return { evidence, facts: known.facts };
    if (bytes === null) return { evidence, facts: null };
    const language = { isTypeScript: /^\.[cm]?tsx?$/.test(extname(path)), isJsx: /^\.[jt]sx$/.test(extname(path)) };
    return { evidence, facts: await readSource(bytes, language, isExact) };
  }

  /** What a file's text refers to, as paths, compared with what Deno knows about its imports. */
  #resolve(path: string, { dependencies = [] }: GraphModule, facts: SourceFacts) {
    const problems: CodeProblem[] = [];
    const base = pathToFileURL(path);
    const filesAt = ({ specifier, line }: NamedFile) => {
      try {
        const url = new URL(specifier, base);
        return url.protocol === "file:" ? [{ path: fileURLToPath(url), line }] : [];
      } catch (error) {
        // Of another host, or with "%2F" in its name.
        if (!(error instanceof TypeError)) throw error;
        problems.push({ line, what: `names ${JSON.stringify(specifier)}, which is no file: ${error.message}` });
        return [];
      }
    };
    const known = new Map(
      dependencies.filter(({ code }) => code !== undefined).map((one) => [one.specifier, one.code!]),
    );
    const data = facts.imports.filter(({ isData }) => isData).flatMap(({ specifier }) => {
      const resolved = known.get(specifier)?.specifier ?? "";
      return resolved.startsWith("file:") ? [fileURLToPath(resolved)] : [];
    });
    for (const { specifier, line } of facts.imports.filter((one) => !known.has(one.specifier))) {
      problems.push({ line, what: `imports ${JSON.stringify(specifier)}, but Deno does not list that import.` });
    }
    const found: string[] = [];
    const declared = facts.declared.flatMap((one) => {
      const [file] = filesAt(one);
      if (file !== undefined) (inspect(file.path) === null ? this.#missing : found).push(file.path);
      if (file !== undefined && (one.isOptional || found.includes(file.path))) return [file.path];
      const what = `declares the file ${JSON.stringify(one.specifier)}, but there is no such file.`;
      problems.push({ line: one.line, what });
      return [];
    });
    for (const { specifier, line } of facts.packageFiles) {
      const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
      if (dependencies.some((one) => one.code !== undefined && one.specifier.startsWith(`${name}/`))) continue;
      const what = `uses a file of the package ${name}, whose version would not be part of the stage's key. Add: ` +
        `import "${name}/package.json" with { type: "json" };`;
      problems.push({ line, what });
    }
    return { data: [...data, ...found], declared, reads: facts.reads.flatMap(filesAt), problems };
  }
}

/** The path of the module that code of a user imports as "retrace". */
function libraryOf(own: CodeMap | null): string | undefined {
  return own?.entries.at(-1);
}

/** "./h.ts?v=1" is the file h.ts. */
function withoutQuery(specifier: string): string {
  return specifier.startsWith("file:") ? specifier.replace(/[?#].*$/, "") : specifier;
}
