/**
 * The import rules: which folder may import which. The table is that of ARCHITECTURE.md; this test reads it, reads the
 * sources, and fails on every import that the table does not allow.
 */
import { parse } from "@babel/parser";
import { assert, assertEquals } from "@std/assert";
import { basename, dirname, join, relative } from "node:path";
import type { Token } from "../pipeline/engine/keys/significant_text.ts";

const PROJECT = join(import.meta.dirname!, "..");
const MAX_LINES = 250;

/** A row of the table: a folder, the folders ("core/*": those inside core as well) and the packages it may import. */
interface Rule {
  folder: string;
  folders: string[];
  packages: string[];
}

interface Source {
  path: string;
  text: string;
  /** Specifiers of all imports, static and dynamic, of types as well. */
  imports: string[];
}

/** What opens, lists or changes files. */
const FILE_ACCESS =
  /\bDeno\.(open|create|read|write|l?stat|remove(?!Signal)|rename|mkdir|make|copy|link|symlink|truncate|ch|utime|watch|realPath)|(["'`])(node:)?fs(\/promises)?\2/;

const RULES = readTable();
const SOURCES = ["core", "pipeline"].flatMap((folder) => [...walk(join(PROJECT, folder))]).map(readSource);

Deno.test("every file lies in a folder of the table, and every folder of the table has files", () => {
  assertEquals(SOURCES.filter(({ path }) => ruleOf(path) === undefined).map(({ path }) => path), []);
  const used = new Set(SOURCES.map(({ path }) => ruleOf(path)?.folder));
  assertEquals(RULES.map(({ folder }) => folder).filter((folder) => !used.has(folder)), []);
});

Deno.test("folders import only what the table allows", () => {
  const wrong = SOURCES.flatMap((source) =>
    source.imports.filter((specifier) => !isAllowed(source.path, specifier)).map((one) => `${source.path} → ${one}`)
  );
  assertEquals(wrong, []);
});

Deno.test("the table allows nothing that no file needs", () => {
  const unused = RULES.flatMap(({ folder, folders, packages }) => {
    const own = SOURCES.filter(({ path }) => ruleOf(path)?.folder === folder);
    const imported = own.flatMap(({ path, imports }) =>
      imports.map((one) => (one.startsWith(".") ? folderOf(resolveFrom(path, one)) : one))
    );
    const needs = (name: string) => imported.some((one) => one !== undefined && isOneOf(one, [name]));
    return [...folders, ...packages.map((name) => `${name}/*`)].filter((name) => !needs(name)).map((name) =>
      `${folder} needs no ${name}`
    );
  });
  assertEquals(unused, []);
});

Deno.test("there is no circle between folders, and none between files", () => {
  const allowed = RULES.map(({ folder, folders }): [string, string[]] => [
    folder,
    RULES.map((rule) => rule.folder).filter((other) => other !== folder && isOneOf(other, folders)),
  ]);
  assertEquals(circlesIn(allowed), []);
  const files = SOURCES.map(({ path, imports }): [string, string[]] => [
    path,
    imports.filter((one) => one.startsWith(".")).map((one) => resolveFrom(path, one)),
  ]);
  assertEquals(circlesIn(files), []);
});

Deno.test("only entry points import the pipeline, and no definition imports another", () => {
  const importers = importersOf("pipeline/classifier/pipeline.ts");
  assertEquals(importers, ["pipeline/cli/worker/all_code.ts"]);
  // The front names it in the module that it generates for a worker.
  assertEquals(filesWith(/classifier\/pipeline\.ts/, /^pipeline\//).sort(), [
    "pipeline/cli/front/worker_process.ts",
    "pipeline/cli/worker/all_code.ts",
  ]);
  const folders = ["stages", "datasets", "checks", "figures", "charts", "exports", "targets"].map((name) =>
    `pipeline/classifier/${name}/`
  );
  const definitions = SOURCES.filter(({ text }) =>
    // Neither the contracts, which declare these functions, nor what combines definitions, nor Object.defineProperty.
    /(?<!\.|function )\bdefine(?!Pipeline)[A-Z]\w*[(<]/.test(withoutComments(text))
  );
  assert(definitions.length > 40);
  const wrong = definitions.flatMap(({ path }) =>
    importersOf(path).filter((importer) => {
      const isList = /^pipeline\/(classifier|library)\/\w+\.ts$/.test(importer);
      const isOwn = folders.some((folder) => importer.startsWith(folder)) && isTypeOnly(importer, path);
      return !isList && !isOwn;
    }).map((importer) => `${importer} → ${path}`)
  );
  assertEquals(wrong, []);
});

Deno.test("core, formats, texts, charts and prediction touch no file, network or terminal", () => {
  const folders = /^(core|pipeline\/(formats|predict|text|charts))\//;
  const allowed = [
    "core/kernels/recorded_digests.ts",
    "core/kernels/local_library.ts",
    "core/kernels/native.ts",
    "pipeline/charts/png/own_fonts_only.ts",
  ];
  assertEquals(filesWith(/\bDeno\.|\bconsole\.|\bfetch\(/, folders).filter((path) => !allowed.includes(path)), []);
});

Deno.test("only engine/files touches files; what others read or write is neither in a cache nor in results", () => {
  assertEquals(filesWith(FILE_ACCESS, /^(?!pipeline\/engine\/files\/)/).sort(), [
    // The kernels: built from their sources, and read before they are loaded.
    "core/kernels/native.ts",
    "core/kernels/recorded_digests.ts",
    // The project's own files.
    "pipeline/cli/front/install_packages.ts",
    "pipeline/cli/front/main.ts",
    "pipeline/cli/front/program_code.ts",
    "pipeline/cli/front/shipped_code.ts",
    // A folder of a user's own.
    "pipeline/cli/new_folder.ts",
    // Source files, and those that decide what they import.
    "pipeline/engine/keys/code_map.ts",
    "pipeline/engine/keys/deciding_files.ts",
    "pipeline/engine/keys/file_evidence.ts",
    "pipeline/engine/keys/installed_packages.ts",
    // Experiments, and where the user's folders are.
    "pipeline/experiment/extends.ts",
    "pipeline/experiment/folders.ts",
  ]);
});

Deno.test("Deno is only used as Deno.NAME, so the names that are looked for are all there is", () => {
  assertEquals(SOURCES.filter(({ text }) => hidesDeno(text)).map(({ path }) => path), []);
  const hidden = [
    ...[
      "const { readFileSync } = Deno;",
      "const {\n  readFileSync: read,\n} =\n  Deno;",
      "const d = Deno;",
      "f(Deno);",
    ],
    ...['Deno["readFileSync"](path);', "Deno[name];", "globalThis.Deno.readFileSync(path);", "({ ...Deno });"],
    ...["const { Deno: d } = globalThis;", 'globalThis["Deno"];', "Deno?.readFileSync(path);", "(Deno as Files).a;"],
  ];
  assertEquals(hidden.filter((text) => !hidesDeno(text)), []);
  const seen = ["`Deno cannot load ${entry}`;", 'say("Deno");', "// Deno\nDeno.exit(1);", "const { os } = Deno.build;"];
  assertEquals(seen.filter(hidesDeno), []);
});

Deno.test("files are found to be used under every name of the modules and functions for them", () => {
  const uses = [
    ...['import { readFileSync } from "fs";', 'import "node:fs/promises";', "await import('fs/promises')"],
    ...['process.getBuiltinModule("fs")', "Deno.readTextFileSync(path)", "Deno.lstat(path)", "Deno.chmodSync(path, 1)"],
  ];
  assertEquals(uses.filter((code) => !FILE_ACCESS.test(code)), []);
  assertEquals(['import "node:path";', "Deno.exit(1)", '"fsync"'].filter((code) => FILE_ACCESS.test(code)), []);
});

Deno.test("only the sources use the network, and the ui serves", () => {
  const files = filesWith(
    /(=|return) (await )?fetch\(|\bDeno\.(connect|listen|serve)|"node:(http|https|net|tls)"/,
    /^(?!pipeline\/sources\/)/,
  );
  assertEquals(files, ["pipeline/ui/http_server.ts"]);
});

Deno.test("texts of others leave in one place per kind of output, which escapes them", () => {
  // Of the command line, live_view.ts makes its lines visible itself; the others write to Retrace's own processes.
  assertEquals(filesWith(/\bconsole\.|\bDeno\.std(out|err)\.write/, /^pipeline\/cli\//).sort(), [
    "pipeline/cli/front/live_view.ts",
    "pipeline/cli/front/read_code.ts",
    "pipeline/cli/terminal.ts",
    "pipeline/cli/worker/worker.ts",
  ]);
  // Rows of CSV and of Markdown.
  assertEquals(filesWith(/\.join\("[,;\\t]+"\)(?=.*\\n)/, /./), ["pipeline/text/csv.ts"]);
  assertEquals(filesWith(/\.join\(" \| "\)/, /./).sort(), [
    "pipeline/text/markdown.ts",
  ]);
  // Markup that is not escaped: scripts and styles of Retrace's own, and drawings, whose texts are.
  assertEquals(filesWith(/\bnew Html\(/, /./).sort(), [
    "pipeline/charts/page/chart_figure.ts",
    "pipeline/charts/page/lines_figure.ts",
    "pipeline/pages/shell.ts",
    "pipeline/text/markup.ts",
  ]);
});

Deno.test("only the command line prints, exits or reads arguments", () => {
  const files = filesWith(/\bconsole\.|\bDeno\.(exit|args)\b/, /^(?!pipeline\/cli\/)/);
  assertEquals(files.sort(), []);
});

Deno.test("only the kernels and the tensor know addresses in memory", () => {
  assertEquals(filesWith(/\.ptr\b/, /^(?!core\/(kernels|tensor)\/)/), []);
});

Deno.test("heavy packages are loaded only when they are used", () => {
  const heavy = [
    ...["chartjs-node-canvas", "chart.js", "@napi-rs/canvas", "@babel/parser", "./kernels.wasm"],
    ...["csv-parse", "modern-tar", "@cornerstonejs/codec-libjpeg-turbo-8bit"],
  ];
  const commands = SOURCES.map(({ path }) => path).filter((path) => path.startsWith("pipeline/cli/commands/"));
  const eager = ["pipeline/cli/front/main.ts", ...commands].flatMap((path) => [...reachedEagerly(path)]);
  const loaders = eager.filter((path) =>
    eagerImports(path).some((specifier) => heavy.some((name) => specifier.startsWith(name)))
  );
  assertEquals(loaders, []);
});

Deno.test("a run with nothing to do loads nothing that checks or runs an experiment", () => {
  const reached = [...reachedEagerly("pipeline/cli/front/main.ts"), ...reachedEagerly("pipeline/cli/commands/run.ts")];
  assert(reached.includes("pipeline/results/known.ts"));
  assertEquals(reached.filter((path) => eagerImports(path).includes("zod")), []);
  assertEquals(reached.filter((path) => /^pipeline\/(classifier|experiment)\//.test(path)), []);
  // Nor later: Deno reads every module that is named by a literal before the program begins.
  assertEquals(filesWith(/(?<!typeof )\bimport\("/, /./).filter((path) => reached.includes(path)), []);
  // Loading node:crypto, or whatever brings the rest of Node with it, takes as long as everything else.
  const node = new Set(reached.flatMap(eagerImports).filter((name) => name.startsWith("node:")));
  assertEquals(node, new Set(["node:path"]));
});

Deno.test(`no file is longer than ${MAX_LINES} lines, and no two have the same name`, () => {
  const long = SOURCES.filter(({ text }) => text.split("\n").length > MAX_LINES + 1);
  assertEquals(long.map(({ path }) => path), []);
  // But for commands: their files have their names.
  const others = SOURCES.filter(({ path }) => !path.startsWith("pipeline/cli/commands/"));
  const byName = Map.groupBy(others, ({ path }) => basename(path));
  assertEquals([...byName].filter(([name, files]) => name !== "mod.ts" && files.length > 1).map(([name]) => name), []);
});

/** The rows between the markers of ARCHITECTURE.md: "| `folder` | `folder`, `folder` | `package`, `package` |". */
function readTable(): Rule[] {
  const text = Deno.readTextFileSync(join(PROJECT, "ARCHITECTURE.md"));
  const [, table = ""] = /<!-- imports -->([\s\S]*?)<!-- \/imports -->/.exec(text) ?? [];
  return [...table.matchAll(/^\| (`[^|]*)\| ([^|]*)\| ([^|]*)\|$/gm)].map(([, folder, folders, packages]) => ({
    folder: namesIn(folder).map(fullPath)[0],
    folders: namesIn(folders).map(fullPath),
    packages: namesIn(packages),
  }));
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
}

function fullPath(folder: string): string {
  return /^(core|experiments)\b/.test(folder) ? folder : `pipeline/${folder}`;
}

/** The rule of the innermost folder that a file lies in. */
function ruleOf(path: string): Rule | undefined {
  const around = RULES.filter(({ folder }) => path.startsWith(`${folder}/`));
  return around.sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** The folder in the table that a file belongs to; of data outside the table, its own. */
function folderOf(path: string): string {
  return ruleOf(path)?.folder ?? dirname(path);
}

function isAllowed(path: string, specifier: string): boolean {
  const rule = ruleOf(path);
  if (rule === undefined) return false;
  if (!specifier.startsWith(".")) return isOneOf(specifier, rule.packages.map((name) => `${name}/*`));
  const target = folderOf(resolveFrom(path, specifier));
  return target === rule.folder || isOneOf(target, rule.folders);
}

/** Whether a name is one of these; "core/*" stands for "core" and everything inside. */
function isOneOf(name: string, patterns: readonly string[]): boolean {
  return patterns.some((one) =>
    name === one.replace(/\/\*$/, "") || (one.endsWith("/*") && name.startsWith(one.slice(0, -1)))
  );
}

/** The circles of a graph, each as a chain of names. */
function circlesIn(graph: readonly (readonly [string, readonly string[]])[]): string[] {
  const next = new Map(graph);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (name: string, chain: string[]) => {
    if (chain.includes(name)) circles.push([...chain.slice(chain.indexOf(name)), name].join(" → "));
    if (done.has(name) || chain.includes(name)) return;
    for (const other of next.get(name) ?? []) visit(other, [...chain, name]);
    done.add(name);
  };
  for (const [name] of graph) visit(name, []);
  return circles;
}

function importersOf(target: string): string[] {
  return SOURCES.filter(({ path, imports }) =>
    imports.some((one) => one.startsWith(".") && resolveFrom(path, one) === target)
  ).map(({ path }) => path).sort();
}

function isTypeOnly(importer: string, target: string): boolean {
  return !eagerImports(importer).some((one) => one.startsWith(".") && resolveFrom(importer, one) === target);
}

function filesWith(pattern: RegExp, files: RegExp): string[] {
  return SOURCES.filter(({ path, text }) => files.test(path) && pattern.test(withoutComments(text))).map(({ path }) =>
    path
  );
}

/** Whether the object `Deno` gets another name, or a member of it has a computed name. */
function hidesDeno(text: string): boolean {
  const { tokens } = parse(text, { sourceType: "module", tokens: true, plugins: ["typescript"] });
  // The type of a comment is a string.
  const code = (tokens as (Token & { type: unknown; value?: unknown })[]).filter(({ type }) =>
    typeof type !== "string"
  );
  const textAt = (i: number) => (code[i] === undefined ? "" : text.slice(code[i].start, code[i].end));
  return code.some(({ value }, i) =>
    textAt(i) === "Deno"
      ? textAt(i + 1) !== "." || [".", "?."].includes(textAt(i - 1))
      : value === "Deno" && textAt(i - 1) === "["
  );
}

/** The files that are loaded as soon as `path` is. */
function reachedEagerly(path: string, reached = new Set<string>()): Set<string> {
  if (reached.has(path)) return reached;
  reached.add(path);
  for (const specifier of eagerImports(path)) {
    if (specifier.startsWith(".")) reachedEagerly(resolveFrom(path, specifier), reached);
  }
  return reached;
}

function eagerImports(path: string): string[] {
  const { text } = SOURCES.find((one) => one.path === path) ?? { text: "" };
  return [...text.matchAll(/^(?:import|export)\s+(?!type\b)[^;"]*?from\s+"([^"]+)"/gm)].map((match) => match[1]);
}

function readSource(file: string): Source {
  const text = Deno.readTextFileSync(file);
  const statics = text.matchAll(/^(?:import|export)\s+(?:[^;"]*?from\s+)?"([^"]+)"/gm);
  const dynamics = text.matchAll(/\bimport\("([^"]+)"\)/g);
  const imports = [...statics, ...dynamics].map((match) => match[1]);
  return { path: relative(PROJECT, file).replaceAll("\\", "/"), text, imports };
}

function resolveFrom(path: string, specifier: string): string {
  return join(dirname(path), specifier).replaceAll("\\", "/");
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

function* walk(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory && entry.name !== "built") yield* walk(path);
    else if (entry.name.endsWith(".ts") && entry.isFile) yield path;
  }
}
