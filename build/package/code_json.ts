/** The code map that the npm package ships: that of the sources, with the names and digests of the files in the package. */
import { join, relative } from "node:path";
import { type CodeMap, FORMAT } from "../../pipeline/engine/keys/code_map.ts";
import { digestOfBytes } from "../../pipeline/engine/store/digest.ts";
import type { ShippedCode, ShippedFile } from "../../pipeline/cli/front/shipped_code.ts";
import { NOT_INSTALLED } from "./vendored.ts";

/** The map to ship. `bytesOf` gives a file of the package. @throws Error if the package lacks a file of the map. */
export function shippedCode(
  map: CodeMap,
  project: string,
  bytesOf: (path: string) => Uint8Array | undefined,
): ShippedCode {
  const shipped = (path: string) => {
    const inProject = relative(project, path).replaceAll("\\", "/");
    const compiled = inProject.replace(/\.ts$/, ".js");
    return bytesOf(compiled) === undefined ? inProject : compiled;
  };
  const files = Object.entries(map.files).map(([source, { evidence: _, ...file }]): [string, ShippedFile] => {
    const path = shipped(source);
    const bytes = bytesOf(path);
    if (bytes === undefined) throw new Error(`The package lacks ${path}, which is part of the program.`);
    return [path, {
      ...file,
      sha256: digestOfBytes(bytes),
      modules: file.modules.map(shipped),
      data: file.data.map(shipped),
      declared: file.declared.map(shipped),
      reads: file.reads.map(({ path, line }) => ({ path: shipped(path), line })),
    }];
  });
  const packages = Object.values(map.packages).map(({ name }) => name);
  return {
    format: FORMAT,
    files: Object.fromEntries(files),
    packages: map.packages,
    required: packages.filter((name) => !NOT_INSTALLED.includes(name)).sort(),
  };
}

/** The versions of the packages that the code in a map needs, by name. */
export function requiredVersions({ packages, required }: ShippedCode): Record<string, string> {
  const versions = Object.values(packages).filter(({ name }) => required.includes(name));
  return Object.fromEntries(versions.map(({ name, version }) => [name, version]));
}

/** The project's folder as it must not occur in the package. */
export function checkNoPlace(text: string, path: string, project: string): void {
  if (text.includes(join(project, "/"))) throw new Error(`${path} has the path of the project on this machine.`);
}
