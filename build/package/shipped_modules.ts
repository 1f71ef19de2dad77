/** Which modules of a clone the npm package has: those that its commands, its processes and its library load. */
import { dirname, join, relative } from "node:path";
import { COMMANDS, DEVELOPMENT } from "../../pipeline/cli/command_list.ts";

const CLI = "pipeline/cli";
/** What is started or imported from outside. The front loads commands by their names. */
const ENTRIES = [
  `${CLI}/front/main.ts`,
  `${CLI}/front/read_code.ts`,
  `${CLI}/front/write_lock.ts`,
  `${CLI}/worker/all_code.ts`,
  `${CLI}/worker/no_storage.ts`,
  `${CLI}/worker/user_modules.ts`,
  `${CLI}/worker/worker.ts`,
];
/** What is only for work on Retrace itself. */
const LEFT_OUT = /^build\//;

/** What stands for the modules of `links` in deno.json: there is no such package on npm. */
export const LINKED: Readonly<Record<string, string>> = { "@std/cli/parse-args": "std/cli/parse_args.ts" };

/** The paths in the project of all modules of the package, in order. */
export function shippedModules(project: string, library: string): string[] {
  const found = new Set<string>();
  const commands = COMMANDS.filter((name) => !DEVELOPMENT.includes(name));
  const add = (path: string) => {
    if (found.has(path) || LEFT_OUT.test(path)) return;
    found.add(path);
    modulesNamedIn(Deno.readTextFileSync(join(project, path)), path, project).forEach(add);
  };
  [library, ...ENTRIES, ...commands.map((name) => `${CLI}/commands/${name.replace(" ", "_")}.ts`)].forEach(add);
  return [...found].sort();
}

/** The modules that a source names: in imports, or relative to cli/, as those that are loaded on demand. */
function modulesNamedIn(text: string, path: string, project: string): string[] {
  const named = [...text.matchAll(/"(\.\.?\/[^"\s]+\.ts)"/g)].flatMap(([, name]) => {
    const isImport = new RegExp(`(?:\\bfrom|\\bimport|\\bimport\\()\\s*"${RegExp.escape(name)}"`).test(text);
    return [isImport ? dirname(path) : "", CLI].map((folder) => join(project, folder, name)).filter(isFile).slice(0, 1);
  });
  const linked = Object.entries(LINKED).filter(([name]) => text.includes(`"${name}"`));
  return [...named.map((one) => relative(project, one)), ...linked.map(([, file]) => file)]
    .map((one) => one.replaceAll("\\", "/"));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
