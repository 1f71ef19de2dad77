/** The package's JavaScript and declarations: what Deno's own compiler makes of the modules, with the names that they have there. */
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { COMMANDS, DEVELOPMENT } from "../../pipeline/cli/command_list.ts";
import { LINKED } from "./shipped_modules.ts";
import { VENDORED } from "./vendored.ts";

const SHIPPED = [...new Set(COMMANDS.filter((name) => !DEVELOPMENT.includes(name)).map((name) => name.split(" ")[0]))];

/** What texts say in a clone, and what they say in the package. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`\\bdeno task (?=(${SHIPPED.join("|")})\\b(?!:)|\\$\\{|…)`, "g"), "retrace "],
  [/\bdeno install --reload\b/g, "npm install"],
  [/\bdeno install npm:/g, "npm install --save-exact "],
  [/\bdeno task build:native\b(?! --)/g, "deno task build:native, in a clone of Retrace"],
];

/**
 * Compiles modules in a folder that is empty, with declarations for the library, and returns the texts of all files of the
 * package that come of it, by path.
 * @throws Error with what Deno says if it cannot compile one.
 */
export async function compiledModules(
  project: string,
  modules: readonly string[],
  library: string,
  folder: string,
): Promise<Record<string, string>> {
  await Promise.all([
    transpile(project, [...modules], join(folder, "js")),
    transpile(project, ["--declaration", library], join(folder, "types")),
  ]);
  const compiled = modules.map((path) => path.replace(/\.ts$/, ".js"));
  const declarations = filesUnder(join(folder, "types")).filter((path) => path.endsWith(".d.ts"));
  const read = (...path: string[]) => Deno.readTextFileSync(join(folder, ...path));
  const root = pathToFileURL(join(project, "/")).href;
  return Object.fromEntries([
    ...compiled.map((path) => [path, withTexts(withSpecifiers(read("js", path), path, root))]),
    ...declarations.map((path) => [
      `types/${path}`,
      withSpecifiers(withoutModuleName(read("types", path)), path, root),
    ]),
  ]);
}

async function transpile(project: string, args: readonly string[], to: string): Promise<void> {
  const flags = ["transpile", "--quiet", "--node-modules-dir=manual", "--source-map", "none", "--outdir", to];
  const command = new Deno.Command("deno", { args: [...flags, ...args], cwd: project, stdin: "null" });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`Deno cannot compile the package: ${new TextDecoder().decode(stderr).trim()}`);
}

/** What modules import: "./file.js" for "./file.ts", and by its place what is no package on npm. */
function withSpecifiers(text: string, path: string, root: string): string {
  return text.replaceAll(/(\b(?:from|import)\s*\(?\s*")([^"]+)(")/g, (whole, before, name: string, after) => {
    const file = name.startsWith(root) ? name.slice(root.length) : LINKED[name] ?? VENDORED[name];
    if (file !== undefined) return `${before}${wayTo(file, path).replace(/\.ts$/, ".js")}${after}`;
    return name.startsWith(".") ? `${before}${name.replace(/\.ts$/, ".js")}${after}` : whole;
  });
}

function wayTo(file: string, from: string): string {
  return relative(dirname(from), file).replaceAll("\\", "/").replace(/^(?!\.)/, "./");
}

function withTexts(text: string): string {
  return TEXTS.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
}

/** The compiler writes the path of the source. */
function withoutModuleName(text: string): string {
  return text.replaceAll(/^\/\/\/ <amd-module .*\n/gm, "");
}

function filesUnder(folder: string, inside = ""): string[] {
  return [...Deno.readDirSync(join(folder, inside))].flatMap(({ name, isDirectory }) => {
    const path = inside === "" ? name : `${inside}/${name}`;
    return isDirectory ? filesUnder(folder, path) : [path];
  });
}
