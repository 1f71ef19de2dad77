/**
 * The code of the npm package. Deno follows no imports in installed packages, so the package has a map of its code, made of
 * the sources when it was built: a file counts as its source does, and stages have the same keys as in a clone. A file
 * that was edited since counts byte by byte, with all of the package.
 */
import { join } from "node:path";
import { OWN_CODE } from "../../define/own_code.ts";
import { type CodeFile, type CodeMap, FORMAT, type MappedProgram, programFiles } from "../../engine/keys/code_map.ts";
import { type FileEvidence, inspect } from "../../engine/keys/file_evidence.ts";
import { InstalledPackages, type NpmPackage } from "../../engine/keys/installed_packages.ts";
import { InstallError } from "../../engine/run_errors.ts";
import { otherVersions } from "./install_packages.ts";
import { digestOfPlain } from "../../engine/store/digest.ts";

/** The map in the package's folder. */
export const SHIPPED_CODE = "code.json";
/** What decides the map, besides the code. */
const DECIDING = [SHIPPED_CODE, "package.json", "import_map.json"];

/** The code map as it is shipped: all paths are relative to the package's folder. */
export interface ShippedCode {
  readonly format: number;
  readonly files: Readonly<Record<string, ShippedFile>>;
  readonly packages: Readonly<Record<string, NpmPackage>>;
  /** The names of the packages that must be installed, in the versions in `packages`. */
  readonly required: readonly string[];
}

/** A file of the package, with what is known of its source. */
export interface ShippedFile extends Omit<CodeFile, "evidence"> {
  /** SHA-256 of the file as it is shipped. */
  readonly sha256: string;
}

/**
 * The map of the package's own code. `before`: what `evidenceOfShipped` made of an earlier one, by which most files need
 * not be read.
 * @throws InstallError if a package that the code needs has another version.
 */
export function shippedMap({ roots, entries }: MappedProgram, before: CodeMap | null): CodeMap {
  const full = (path: string) => join(OWN_CODE.folder, path);
  const shipped: ShippedCode = JSON.parse(Deno.readTextFileSync(full(SHIPPED_CODE)));
  const deciding: Record<string, FileEvidence | null> = {};
  const see = (path: string) => deciding[path] = inspect(path, before?.deciding[path]);
  const seen = Object.entries(shipped.files).map(([path, file]) => ({ file, evidence: see(full(path)) }));
  const isEdited = ({ file, evidence }: typeof seen[number]) => evidence?.digest !== file.sha256;
  // What an edited file imports can be any other of the program.
  const all = seen.some(isEdited) ? digestOfPlain(programFiles(roots).map((path) => see(path)?.digest ?? "")) : "";
  const files = seen.map((one): CodeFile => {
    const { sha256: _, facts, ...file } = one.file;
    const [paths, { evidence }] = [(list: readonly string[]) => list.map(full), one];
    const edited = isEdited(one) && facts !== null ? { digest: digestOfPlain([evidence?.digest ?? "", all]) } : {};
    return {
      ...file,
      evidence,
      facts: facts && { ...facts, ...edited },
      modules: paths(file.modules),
      data: paths(file.data),
      declared: paths(file.declared),
      reads: file.reads.map(({ path, line }) => ({ path: full(path), line })),
    };
  });
  DECIDING.forEach((path) => see(full(path)));
  requiredManifests(shipped).forEach(see);
  return {
    ...{ format: FORMAT, roots, entries, packages: shipped.packages, deciding },
    files: Object.fromEntries(Object.keys(shipped.files).map((path, i) => [full(path), files[i]])),
    ...{ compilerOptions: null, isIncomplete: false },
  };
}

/** What a note keeps of a map, which is the package's own: the evidence of its files. */
export function evidenceOfShipped(map: CodeMap): CodeMap {
  return { ...map, files: {}, packages: {} };
}

/** The descriptions of the packages that the code needs. @throws InstallError if one has another version. */
function requiredManifests({ packages, required }: ShippedCode): ReadonlySet<string> {
  const installed = new InstalledPackages();
  required.forEach((name) => installed.add(name, OWN_CODE.folder));
  const found = Object.values(installed.found);
  const wrong = Object.values(packages).flatMap(({ name, version }) => {
    const others = found.filter((one) => one.name === name && one.version !== version);
    const isMissing = required.includes(name) && !found.some((one) => one.name === name);
    if (!isMissing && others.length === 0) return [];
    return [{ name, version, found: isMissing ? null : others.map((one) => one.version).join(" and ") }];
  });
  if (wrong.length === 0) return installed.manifests;
  throw new InstallError(otherVersions(wrong));
}
