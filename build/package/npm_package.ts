/**
 * Builds the npm package: the program as JavaScript, file by file, with everything that it reads. The same sources give
 * the same bytes.
 */
import { join } from "node:path";
import { readOwnCode } from "../../pipeline/cli/front/read_code.ts";
import { PROGRAM } from "../../pipeline/cli/front/program_code.ts";
import { SHIPPED_CODE } from "../../pipeline/cli/front/shipped_code.ts";
import { checkNoPlace, requiredVersions, shippedCode } from "./code_json.ts";
import { compiledModules } from "./compiled_modules.ts";
import { packageJson } from "./package_json.ts";
import { shippedModules } from "./shipped_modules.ts";
import { type ArchivedFile, tarGz } from "./tar_archive.ts";
import { vendoredFiles } from "./vendored.ts";

/** Files that the package has as they are, and folders whose files it has. */
const COPIED = [
  "LICENSE",
  "core/kernels/kernels.wasm",
  "experiments",
  "experiments/template",
  "pipeline/pages/built",
  "pipeline/pages/style.css",
  "tests/reference/torch_reference.py",
];
/** What somebody has compiled for this computer. */
const LOCAL = /(^|\.)local\./;
/** What is elsewhere in the package. */
const MOVED = {
  "bin/retrace.js": "build/package/retrace.js",
  "README.md": "build/package/README.md",
  "native": "core/kernels/built",
};

/** Builds the package in a folder, which is created, and returns its path. */
export async function buildPackage(project: string, folder: string): Promise<string> {
  Deno.mkdirSync(folder, { recursive: true });
  const temporary = Deno.makeTempDirSync({ dir: folder, prefix: ".compiled-" });
  try {
    const read = (path: string) => Deno.readFileSync(join(project, path));
    const encode = (text: string) => new TextEncoder().encode(text);
    const readJson = (path: string) => JSON.parse(new TextDecoder().decode(read(path)));
    const library = readJson("deno.json").imports.retrace.replace(/^\.\//, "");
    const compiled = await compiledModules(project, shippedModules(project, library), library, temporary);
    const texts = { ...compiled, ...vendoredFiles(project) };
    const files = new Map<string, Uint8Array>([
      ...Object.entries(texts).map(([path, text]) => [path, encode(text)] as const),
      ...[...COPIED.map((path) => [path, path]), ...Object.entries(MOVED)].flatMap(([to, from]) =>
        filesIn(project, from).map((path) => [path.replace(from, to), read(path)] as const)
      ),
    ]);
    const code = shippedCode(await readOwnCode(PROGRAM), project, (path) => files.get(path));
    const stem = library.replace(/\.ts$/, "");
    const manifest = packageJson(readJson("package.json"), stem, requiredVersions(code));
    const plain = {
      [SHIPPED_CODE]: code,
      "package.json": manifest,
      "import_map.json": { imports: { retrace: `./${stem}.js` } },
    };
    for (const [path, value] of Object.entries(plain)) files.set(path, encode(JSON.stringify(value, null, 1) + "\n"));
    for (const [path, bytes] of files) checkNoPlace(new TextDecoder().decode(bytes), path, project);
    const archived = [...files].map(([path, bytes]): [string, ArchivedFile] => [
      `package/${path}`,
      { bytes, isExecutable: path.startsWith("bin/") },
    ]);
    const path = join(folder, `${manifest.name}-${manifest.version}.tgz`);
    Deno.writeFileSync(path, tarGz(Object.fromEntries(archived)));
    return path;
  } finally {
    Deno.removeSync(temporary, { recursive: true });
  }
}

/** A file, or the files of a folder. */
function filesIn(project: string, path: string): string[] {
  if (Deno.statSync(join(project, path)).isFile) return [path];
  const names = [...Deno.readDirSync(join(project, path))].filter(({ isFile }) => isFile).map(({ name }) => name);
  return names.filter((name) => !LOCAL.test(name)).map((name) => `${path}/${name}`);
}
