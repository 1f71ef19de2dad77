/** `build`: makes the committed files that are made from others. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { allCommands, commonCommands, withCommands } from "../command_table.ts";
import { loadCommands } from "../command_list.ts";
import type { Pipeline } from "../../define/define_pipeline.ts";
import { type Command, defineCommand } from "../command.ts";
import { denoJson } from "../deno_tasks.ts";
import { FAILED } from "../failure.ts";
import { flag } from "../option.ts";
import { PROJECT_TASKS } from "../project_tasks.ts";
import { print, printError } from "../terminal.ts";

const PROJECT = join(import.meta.dirname!, "../../..");
/** What the pages run: a program for each. */
const [PAGE_SOURCES, PAGES_BUILT] = ["pipeline/pages/browser", "pipeline/pages/built"];
/** The README's picture: a chart of an experiment. */
const PICTURE = {
  config: "experiments/two-layer.json",
  chart: "results/two-layer/accuracy.png",
  file: "docs/two-layer.png",
};

/** A file that is made from others. */
interface BuiltFile {
  file: string;
  /** Makes its text; null, with an explanation printed, when that is not possible. */
  make(): Promise<string | null> | string | null;
}

export const command = defineCommand({
  name: "build",
  about: "Rebuild committed files from their sources",
  options: { check: flag("write nothing; exit with 1 if a committed file is not what its sources make") },
  details: [
    "core/kernels/*.wasm                  from core/kernels/assembly/",
    "experiments/experiment.schema.json   from the pipeline's definitions",
    "pipeline/pages/built/*.js            from pipeline/pages/browser/*_entry.ts and what they import",
    "deno.json (tasks, test permissions)  from pipeline/cli/commands/ and project_tasks.ts",
    "README.md, docs/commands.md          the parts on commands, from the same",
    "docs/two-layer.png                   a chart of a real run; --check does not run it",
  ].join("\n"),
  exitCodes: { 1: "a file cannot be built or, with --check, is out of date" },
  may: {
    read: true,
    write: ["experiments", "pipeline/pages/built", "docs", "README.md", "deno.json"],
    run: ["deno"],
  },
  async run({ pipeline, options: { check } }) {
    const files: BuiltFile[] = [
      { file: "experiments/experiment.schema.json", make: async () => await schemaOf(await pipeline()) },
      ...derivedFromCommands(await loadCommands()),
      ...pages(),
    ];
    let isGood = await buildKernels(check);
    // One after the other: several bundlers on a fresh machine would all install esbuild into the same place.
    for (const one of files) isGood = await writeOrCompare(one, check) && isGood;
    isGood = await drawPicture(check) && isGood;
    return isGood ? 0 : FAILED;
  },
});

/** The compiler is not a dependency of the project: this build has neither its lock file nor its node_modules. */
async function buildKernels(check: boolean): Promise<boolean> {
  const env = "--allow-env=CI,NO_COLOR,FORCE_COLOR,TERM,COLORTERM";
  const write = check ? [] : ["--allow-write=core/kernels/kernels.wasm,core/kernels/wide.wasm"];
  const flags = ["--no-lock", "--node-modules-dir=none", "--allow-read=core/kernels", env, ...write];
  return await deno("run", ...flags, "core/kernels/compile.ts", ...(check ? ["--check"] : []));
}

async function schemaOf(pipeline: Pipeline): Promise<string> {
  const { experimentJsonSchema } = await import("../../experiment/schema.ts");
  return JSON.stringify(experimentJsonSchema(pipeline), null, 2) + "\n";
}

function derivedFromCommands(commands: readonly Command[]): BuiltFile[] {
  const read = (file: string) => Deno.readTextFileSync(join(PROJECT, file));
  return [
    { file: "deno.json", make: () => denoJson(read("deno.json"), commands, PROJECT_TASKS) },
    { file: "README.md", make: () => withCommands(read("README.md"), commonCommands(commands, PROJECT_TASKS)) },
    {
      file: "docs/commands.md",
      make: () => withCommands(read("docs/commands.md"), allCommands(commands, PROJECT_TASKS)),
    },
  ];
}

/** Deno's bundler makes one file of each page's code, kernels and packages included. */
function pages(): BuiltFile[] {
  const entries = [...Deno.readDirSync(join(PROJECT, PAGE_SOURCES))].map(({ name }) => name)
    .filter((name) => name.endsWith("_entry.ts")).sort();
  return entries.map((entry) => ({
    file: `${PAGES_BUILT}/${entry.replace("_entry.ts", ".js")}`,
    async make() {
      const source = `${PAGE_SOURCES}/${entry}`;
      const args = ["bundle", "--quiet", "--platform", "browser", "--minify", source];
      const command = new Deno.Command("deno", { args, cwd: PROJECT, stdout: "piped", stderr: "piped" });
      const { success, stdout, stderr } = await command.output();
      if (success) return new TextDecoder().decode(stdout);
      printError(new TextDecoder().decode(stderr));
      return null;
    },
  }));
}

/**
 * Runs the experiment, unless its results are stored, and copies the chart. A check only makes sure that it is there: to
 * find out whether some pixels differ would take a training, and permission to load the canvas.
 */
async function drawPicture(check: boolean): Promise<boolean> {
  const { config, chart, file } = PICTURE;
  if (check && existsSync(join(PROJECT, file))) return true;
  if (check) printError(`${file} is missing. Run deno task build, and commit the file.`);
  if (check || !await deno("task", "run", config, "--quiet")) return false;
  Deno.copyFileSync(join(PROJECT, chart), join(PROJECT, file));
  print(`${file}: written`);
  return true;
}

async function deno(...args: string[]): Promise<boolean> {
  return (await new Deno.Command("deno", { args, cwd: PROJECT }).spawn().status).success;
}

async function writeOrCompare({ file, make }: BuiltFile, check: boolean): Promise<boolean> {
  const path = join(PROJECT, file);
  const text = await make();
  if (text === null) printError(`${file} cannot be built.`);
  else if (!check) {
    Deno.writeTextFileSync(path, text);
    print(`${file}: written`);
    return true;
  } else if (Deno.readTextFileSync(path) === text) {
    print(`${file}: up to date`);
    return true;
  } else printError(`${file} is out of date. Run deno task build, and commit the file.`);
  return false;
}
