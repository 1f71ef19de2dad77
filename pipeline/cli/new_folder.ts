/** Makes a folder for experiments of one's own: an experiment, a module, and what an editor needs to complete both. */
import { dirname, join, relative, resolve } from "node:path";
import { OWN_CODE } from "../define/own_code.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { reasonOf } from "../engine/files/entry.ts";
import { UsageError } from "../engine/run_errors.ts";
import { experimentJsonSchema } from "../experiment/schema.ts";
import { IS_PACKAGE } from "./load_on_demand.ts";
import { dim, print } from "./terminal.ts";

const [EXPERIMENT, MODULE, SCHEMA] = ["first.json", "mine.ts", "experiment.schema.json"];
const IGNORED = [".retrace/", "results/", "node_modules/"];

interface FolderOptions {
  /** With the definitions of the modules that the folder's experiments use. */
  pipeline: Pipeline;
  /** The folder of the files that are written as they are. */
  templates: string;
  quiet: boolean;
}

/**
 * Writes what is missing, and the schema.
 * @throws UsageError if the folder cannot be written, or is Retrace's own.
 */
export function makeFolder(folder: string, { pipeline, templates, quiet }: FolderOptions): void {
  if (resolve(folder) === OWN_CODE.folder) {
    throw new UsageError(
      `${resolve(folder)} is the folder of Retrace itself. Name another one: deno task init ../mine`,
    );
  }
  const template = (name: string) => Deno.readTextFileSync(join(templates, name));
  const first = join("experiments", EXPERIMENT);
  const files = {
    [first]: template(EXPERIMENT),
    [join("experiments", MODULE)]: template(MODULE),
    "tsconfig.json": tsconfigFor(folder),
    ".gitignore": IGNORED.map((line) => `${line}\n`).join(""),
  };
  const lines = Object.entries(files).map(([name, text]) =>
    write(join(folder, name), text, { createNew: true })
      ? `wrote ${join(folder, name)}`
      : dim(`kept  ${join(folder, name)}, which was there already`)
  );
  const schema = join(folder, "experiments", SCHEMA);
  write(schema, JSON.stringify(experimentJsonSchema(pipeline), null, 2) + "\n");
  const experiment = join(folder, first);
  // Where npm has installed it for this folder, it is no command by itself.
  const npx = OWN_CODE.folder.startsWith(join(resolve(folder), "node_modules")) ? "npx " : "";
  lines.push(`wrote ${schema}`, "", "Next:");
  lines.push(`  ${npx}deno task run ${experiment}`, `  ${npx}deno task explain ${experiment}`);
  if (!quiet) print(lines.join("\n"));
}

/** Writes a file and the folder that it is in. False if it is there already, and is to be new. */
function write(path: string, text: string, options: Deno.WriteFileOptions = {}): boolean {
  attempt(dirname(path), () => Deno.mkdirSync(dirname(path), { recursive: true }));
  return attempt(path, () => {
    try {
      Deno.writeTextFileSync(path, text, options);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    }
  });
}

/** @throws UsageError with the reason for which a path cannot be written. */
function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new UsageError(
      `Cannot write ${resolve(path)}: ${reasonOf(error)}. Name another folder: deno task init FOLDER`,
    );
  }
}

/** How editors find the types of "retrace". Retrace itself does not read it. */
function tsconfigFor(folder: string): string {
  const library = join(
    OWN_CODE.folder,
    IS_PACKAGE ? "types/pipeline/library/retrace.d.ts" : "pipeline/library/retrace.ts",
  );
  const path = relative(resolve(folder), library).replaceAll("\\", "/");
  const compilerOptions = {
    target: "esnext",
    module: "preserve",
    lib: ["esnext", "dom"],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    paths: { retrace: [path.startsWith(".") ? path : `./${path}`] },
  };
  return JSON.stringify({ compilerOptions, include: ["experiments"] }, null, 2) + "\n";
}
