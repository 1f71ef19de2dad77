/** Which npm packages an experiment's run installs: few, and none that only tests need. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { copyFolder } from "./project_copy.ts";

const PROJECT = join(import.meta.dirname!, "..");
const MOST = 25;

interface Lock {
  specifiers: Record<string, string>;
  npm: Record<string, { dependencies?: string[]; optionalDependencies?: string[]; os?: string[]; cpu?: string[] }>;
}

const LOCK: Lock = readJson("deno.lock");
const { dependencies, devDependencies } = readJson("package.json");
const IMPORTED = importedPackages("core", "pipeline");

Deno.test("core and pipeline import every package that is not for tests, and no other", () => {
  assertEquals(IMPORTED, Object.keys(dependencies).sort());
  assertEquals(Object.keys(devDependencies).filter((name) => IMPORTED.includes(name)), []);
});

Deno.test("every package has one exact version", () => {
  const versions: string[] = Object.values({ ...dependencies, ...devDependencies });
  assertEquals(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version)), []);
});

Deno.test(`an experiment's run installs at most ${MOST} packages`, () => {
  const installed = new Set<string>();
  for (const name of IMPORTED) install(LOCK.specifiers[`npm:${name}@${dependencies[name]}`], name, installed);
  assert(installed.size >= IMPORTED.length);
  assert(installed.size <= MOST, `${installed.size}: ${[...installed].join(", ")}`);
});

Deno.test("a command that imports no package installs none, and neither does deno task", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const project = join(folder, "project");
    for (const name of ["core", "pipeline", "std"]) copyFolder(join(PROJECT, name), join(project, name));
    for (const name of ["deno.json", "deno.lock", "package.json"]) {
      Deno.copyFileSync(join(PROJECT, name), join(project, name));
    }
    // An empty cache, and no registry.
    const env = { DENO_DIR: join(folder, "cache"), NPM_CONFIG_REGISTRY: "http://127.0.0.1:9", NO_COLOR: "1" };
    const args = ["task", "retrace", "--version"];
    const command = new Deno.Command(Deno.execPath(), { args, cwd: project, env, stdin: "null" });
    const { code, stdout, stderr } = await command.output();
    const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(code, 0, errors);
    assertStringIncludes(text, "retrace");
    assertEquals(errors.trimEnd().split("\n").length, 1, errors);
    assertEquals([...Deno.readDirSync(project)].filter(({ name }) => name === "node_modules"), []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** The packages that the files in these folders import, of types as well. */
function importedPackages(...folders: string[]): string[] {
  const specifiers = folders.flatMap((folder) => sourcesIn(join(PROJECT, folder))).flatMap((text) =>
    [
      ...withoutComments(text).matchAll(
        /(?:\bfrom|^import|\bimport\(|\bresolve\()\s*["'`]((?:@[\w-]+\/)?[\w.-]+)[/"']/gm,
      ),
    ].map((
      [, name],
    ) => name)
  );
  return [...new Set(specifiers)].filter((name) => !/^(\.|@std\/)/.test(name)).sort();
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

function sourcesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return sourcesIn(path);
    return name.endsWith(".ts") ? [Deno.readTextFileSync(path)] : [];
  });
}

/** Adds a package and what it depends on, as on Linux on x86-64; the locked version is "1.0.0" or "1.0.0_peer@2.0.0". */
function install(version: string | undefined, name: string, installed: Set<string>): void {
  const own = version === undefined
    ? Object.keys(LOCK.npm).find((id) => id.startsWith(`${name}@`))!
    : `${name}@${version}`;
  const { dependencies = [], optionalDependencies = [], os = ["linux"], cpu = ["x64"] } = LOCK.npm[own];
  if (installed.has(own) || !os.includes("linux") || !cpu.includes("x64")) return;
  installed.add(own);
  for (const one of [...dependencies, ...optionalDependencies]) {
    // "name", "name@1.0.0" if there are several, or "alias@npm:name@1.0.0".
    const [, needed, locked] = /^((?:@[^/]+\/)?[^@]+)(?:@(.+))?$/.exec(one.replace(/^.+@npm:/, ""))!;
    install(locked, needed, installed);
  }
}

function readJson(name: string) {
  return JSON.parse(Deno.readTextFileSync(join(PROJECT, name)));
}
