/**
 * The import rules: which part may know which. ARCHITECTURE.md explains them; this test reads the sources and fails on
 * any arrow that the table does not allow.
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), "..");
const MOST_LINES = 250;

/** A part of the project: the files it is made of, and the parts and packages it may import. */
interface Part {
  name: string;
  files: RegExp;
  parts: string[];
  packages: string[];
}

/** The first part whose pattern fits a file is the file's part. A part may always import itself. */
const PARTS: Part[] = [
  { name: "kernel build", files: /^core\/kernels\/build\.ts$/, parts: [], packages: [] },
  { name: "kernels", files: /^core\/kernels\//, parts: [], packages: [] },
  { name: "core errors", files: /^core\/errors\.ts$/, parts: [], packages: [] },
  { name: "tensor", files: /^core\/tensor\.ts$/, parts: ["kernels", "core errors"], packages: ["ndarray"] },
  { name: "backend", files: /^core\/(wide_)?backend\.ts$/, parts: ["kernels", "tensor"], packages: [] },
  { name: "random", files: /^core\/random\//, parts: ["core errors"], packages: ["@stdlib/"] },
  { name: "op type", files: /^core\/ops\/op\.ts$/, parts: ["tensor", "kernels"], packages: [] },
  { name: "ops", files: /^core\/ops\//, parts: ["op type", "tensor", "kernels", "core errors"], packages: [] },
  // The tape knows what an op is, and names none.
  {
    name: "autograd",
    files: /^core\/(autograd|recording|calls|program|lifetimes|memory_plan|parameter)\.ts$/,
    parts: ["op type", "tensor", "backend", "kernels", "core errors"],
    packages: [],
  },
  { name: "layers", files: /^core\/layers\.ts$/, parts: ["core errors"], packages: [] },
  {
    name: "models",
    files: /^core\/(nn|init|loss|optim|manual|metrics)\.ts$/,
    parts: ["layers", "autograd", "ops", "op type", "random", "tensor", "backend", "kernels", "core errors"],
    packages: [],
  },
  { name: "pipeline errors", files: /^pipeline\/errors\.ts$/, parts: [], packages: [] },
  { name: "stage", files: /^pipeline\/(stage|define|graph)\.ts$/, parts: [], packages: ["zod"] },
  // What comes from outside is parsed by it, wherever it is read.
  { name: "bounded json", files: /^pipeline\/bounded_json\.ts$/, parts: [], packages: [] },
  {
    name: "engine",
    files: /^pipeline\/[^/]+\.ts$/,
    parts: ["stage", "bounded json", "pipeline errors"],
    packages: ["node:"],
  },
  // What looks after the store; the engine knows nothing of it.
  { name: "cache", files: /^pipeline\/cache\//, parts: ["engine", "pipeline errors"], packages: ["node:"] },
  { name: "formats", files: /^pipeline\/formats\//, parts: ["bounded json", "core errors"], packages: [] },
  {
    name: "sources",
    files: /^pipeline\/sources\//,
    parts: ["stage", "pipeline errors", "core errors"],
    packages: ["node:"],
  },
  {
    name: "stages",
    files: /^pipeline\/stages\//,
    parts: [
      "models",
      "ops",
      "layers",
      "autograd",
      "random",
      "tensor",
      "backend",
      "kernels",
      "core errors",
      "formats",
      "sources",
      "stage",
    ],
    packages: ["zod"],
  },
  { name: "nearest", files: /^pipeline\/config\/nearest\.ts$/, parts: [], packages: [] },
  // Reading pictures needs the drawing library; all else of prediction runs in a page as well.
  {
    name: "png",
    files: /^pipeline\/predict\/png\.ts$/,
    parts: ["predict", "charts", "core errors"],
    packages: ["@napi-rs/canvas"],
  },
  {
    name: "predict",
    files: /^pipeline\/predict\//,
    parts: ["stages", "models", "layers", "autograd", "tensor", "core errors"],
    packages: [],
  },
  // What pages show is plain functions from data to HTML; only browser/ knows a browser, and is built into built/.
  { name: "page", files: /^pipeline\/page\/(?!browser\/)/, parts: [], packages: [] },
  {
    name: "page code",
    files: /^pipeline\/page\/browser\//,
    parts: ["page", "predict", "formats"],
    packages: [],
  },
  {
    name: "config",
    files: /^pipeline\/config\//,
    parts: ["nearest", "stages", "stage", "engine", "bounded json", "pipeline errors"],
    packages: ["zod", "node:"],
  },
  {
    name: "charts",
    files: /^pipeline\/report\/charts\//,
    parts: [],
    packages: ["chartjs-node-canvas", "chart.js", "@napi-rs/canvas", "node:"],
  },
  // Pages compare runs in the browser: nothing of Deno or Node, and nothing heavy.
  {
    name: "comparison",
    files: /^pipeline\/report\/compare(\.ts$|\/)/,
    parts: ["nearest", "pipeline errors"],
    packages: [],
  },
  {
    name: "report",
    files: /^pipeline\/report\//,
    parts: [
      "comparison",
      "charts",
      "page",
      "predict",
      "stages",
      "config",
      "formats",
      "engine",
      "bounded json",
      "stage",
      "pipeline errors",
      "layers",
    ],
    packages: ["node:"],
  },
  {
    name: "ui",
    files: /^pipeline\/ui\//,
    parts: ["report", "comparison", "page", "pipeline errors"],
    packages: ["node:"],
  },
  {
    name: "cli",
    files: /^pipeline\/cli\//,
    parts: [
      "report",
      "cache",
      "charts",
      "ui",
      "predict",
      "png",
      "comparison",
      "nearest",
      "config",
      "stages",
      "engine",
      "bounded json",
      "stage",
      "layers",
      "pipeline errors",
      "core errors",
    ],
    packages: ["@std/cli", "cli-progress", "node:"],
  },
];

interface Source {
  path: string;
  text: string;
  /** Specifiers of all imports, static and dynamic, of types as well. */
  imports: string[];
}

const SOURCES = ["core", "pipeline"].flatMap((folder) => [...walk(join(PROJECT, folder))]).map(readSource);

Deno.test("every file belongs to a part", () => {
  assertEquals(SOURCES.filter(({ path }) => partOf(path) === undefined).map(({ path }) => path), []);
});

Deno.test("parts import only what the table allows", () => {
  const wrong = SOURCES.flatMap((source) => {
    const part = partOf(source.path)!;
    return source.imports.filter((specifier) => !allowed(part, source, specifier))
      .map((specifier) => `${source.path} (${part.name}) imports ${specifier}`);
  });
  assertEquals(wrong, []);
});

Deno.test("a file that declares a stage exports nothing else that runs: its code is not part of other stages' keys", () => {
  const declaring = SOURCES.filter(({ text }) => /= (plain|fold)Stage\(/.test(text));
  const others = declaring.filter(({ text }) => [...text.matchAll(/^export (?!type|interface)/gm)].length !== 1);
  assertEquals(declaring.length, 6);
  assertEquals(others.map(({ path }) => path), []);
});

Deno.test("there is no circle of imports", () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, chain: string[]) => {
    if (chain.includes(path)) circles.push([...chain.slice(chain.indexOf(path)), path].join(" → "));
    if (done.has(path) || chain.includes(path)) return;
    const source = SOURCES.find((one) => one.path === path);
    for (const specifier of source?.imports ?? []) {
      if (specifier.startsWith(".")) visit(resolveFrom(path, specifier), [...chain, path]);
    }
    done.add(path);
  };
  for (const { path } of SOURCES) visit(path, []);
  assertEquals(circles, []);
});

Deno.test("core touches no file, network or terminal, nor do formats, prediction and pages", () => {
  assertEquals(
    filesWith(/\bDeno\.|\bconsole\.|\bfetch\(/, /^(core\/(?!kernels\/build\.ts)|pipeline\/(formats|predict)\/)/),
    [],
  );
});

Deno.test("a comparison touches nothing of Deno: pages compare in the browser", () => {
  const files = SOURCES.filter(({ path }) => partOf(path)?.name === "comparison");
  assert(files.length > 10);
  assertEquals(files.filter(({ text }) => /\bDeno\b/.test(withoutComments(text))).map(({ path }) => path), []);
});

Deno.test("only the sources use the network, and the ui serves", () => {
  assertEquals(filesWith(/\bfetch\(|\bDeno\.(connect|listen|serve)/, /^(?!pipeline\/sources\/)/), [
    "pipeline/ui/server.ts",
  ]);
});

Deno.test("only the command line prints, exits or reads arguments", () => {
  const files = filesWith(/\bconsole\.|\bDeno\.(exit|args)\b/, /^(?!pipeline\/cli\/)/);
  assertEquals(files, ["core/kernels/compile.ts"]);
});

Deno.test("only the kernels and the tensor know addresses in memory", () => {
  assertEquals(filesWith(/\.ptr\b/, /^(?!core\/kernels\/|core\/tensor\.ts)/), []);
});

Deno.test("heavy packages are loaded only when they are used", () => {
  const heavy = [
    "chartjs-node-canvas",
    "chart.js",
    "@napi-rs/canvas",
    "cli-progress",
    "@stdlib/",
    "./kernels.wasm",
    "../page/",
  ];
  const eager = ["main", "run", "compare", "explain", "report", "ui", "predict", "graph"].flatMap((
    command,
  ) => [...reachedEagerly(`pipeline/cli/${command}.ts`)]);
  const loaders = eager.filter((path) =>
    eagerImports(path).some((specifier) => heavy.some((name) => specifier.startsWith(name)))
  );
  assertEquals(loaders, []);
});

Deno.test("a run that is known to have nothing to do loads nothing that checks or runs an experiment", () => {
  const reached = [...reachedEagerly("pipeline/cli/main.ts"), ...reachedEagerly("pipeline/cli/commands/run.ts")];
  assert(reached.includes("pipeline/results/known.ts"));
  assertEquals(reached.filter((path) => eagerImports(path).includes("zod")), []);
  assertEquals(reached.filter((path) => /^pipeline\/(stages|config\/(?!nearest))/.test(path)), []);
  // Neither later: Deno reads whatever is named in so many words before a program begins.
  assertEquals(filesWith(/(?<!typeof )\bimport\("/, /./).filter((path) => reached.includes(path)), []);
  // Loading node:crypto, or whatever brings the rest of Node with it, takes as long as all else.
  assertEquals(
    new Set(reached.flatMap(eagerImports).filter((name) => name.startsWith("node:"))),
    new Set(["node:path"]),
  );
});

Deno.test(`no file is longer than ${MOST_LINES} lines`, () => {
  const long = SOURCES.filter(({ text }) => text.split("\n").length > MOST_LINES + 1);
  assertEquals(long.map(({ path }) => path), []);
});

function partOf(path: string): Part | undefined {
  return PARTS.find(({ files }) => files.test(path));
}

function allowed(part: Part, { path }: Source, specifier: string): boolean {
  if (!specifier.startsWith(".")) return part.packages.some((name) => specifier === name || specifier.startsWith(name));
  if (specifier.endsWith(".wasm")) return part.name === "kernels";
  const target = partOf(resolveFrom(path, specifier))?.name;
  return target === part.name || (target !== undefined && part.parts.includes(target));
}

function filesWith(pattern: RegExp, files: RegExp): string[] {
  return SOURCES.filter(({ path, text }) => files.test(path) && pattern.test(withoutComments(text))).map(({ path }) =>
    path
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
  const statics = text.matchAll(/^(?:import|export)\s+[^;"]*?from\s+"([^"]+)"/gm);
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
    if (entry.isDirectory && entry.name !== "assembly") yield* walk(path);
    else if (entry.name.endsWith(".ts") && entry.isFile) yield path;
  }
}
