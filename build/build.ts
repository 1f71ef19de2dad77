/** `build`: derives committed files from their sources. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { allCommands, commonCommands, withCommands } from "./command_table.ts";
import { loadCommands } from "../pipeline/cli/command_list.ts";
import { defineCommand } from "../pipeline/cli/command.ts";
import { denoJson } from "./deno_tasks.ts";
import { FAILED } from "../pipeline/cli/failure.ts";
import { flag, optional } from "../pipeline/cli/option.ts";
import { PROJECT_TASKS } from "./project_tasks.ts";
import { print, printError } from "../pipeline/cli/terminal.ts";

const PROJECT = join(import.meta.dirname!, "..");
/** The programs of the pages. */
const [PAGE_SOURCES, PAGES_BUILT] = ["pipeline/pages/browser", "pipeline/pages/built"];
/** The README's picture: a chart of an experiment. */
const PICTURE = {
  config: "experiments/two-layer.json",
  chart: "results/two-layer/accuracy.png",
  file: "docs/two-layer.png",
};

export const command = defineCommand({
  name: "build",
  about: "Rebuild committed files from their sources",
  options: {
    check: flag("write nothing; exit with 1 if a committed file is out of date"),
    package: optional("FOLDER", "build the npm package there, and nothing else: retrace-ml-VERSION.tgz"),
  },
  details: [
    "core/kernels/kernels.wasm            from core/kernels/c/, with clang 22",
    "core/kernels/built/*.so              from the same, for Linux on x86-64 and arm64",
    "experiments/experiment.schema.json   from the pipeline's definitions",
    "pipeline/pages/built/*.js            from pipeline/pages/browser/*_entry.ts and what they import",
    "deno.json (tasks, test permissions)  from pipeline/cli/commands/ and build/project_tasks.ts",
    "README.md, docs/commands.md          the parts on commands, from the same",
    "docs/two-layer.png                   a chart of a real run; --check does not run it",
  ].join("\n"),
  exitCodes: { 1: "a file cannot be built or, with --check, is out of date" },
  may: ({ options: { package: folder } }) => ({
    read: true,
    write: folder === undefined
      ? ["experiments", "pipeline/pages/built", "docs", "README.md", "deno.json"]
      : [resolve(folder)],
    run: ["deno"],
  }),
  async run({ pipeline, options: { check, package: folder } }) {
    if (folder !== undefined) {
      const flags = ["--allow-read", `--allow-write=${resolve(folder)}`, "--allow-run=deno"];
      return await deno("run", "--node-modules-dir", ...flags, "build/package/main.ts", resolve(folder)) ? 0 : FAILED;
    }
    const { experimentJsonSchema } = await import("../pipeline/experiment/schema.ts");
    const [schema, commands] = [experimentJsonSchema(pipeline), await loadCommands()];
    const read = (file: string) => Deno.readTextFileSync(join(PROJECT, file));
    const texts: Record<string, string | null> = {
      "experiments/experiment.schema.json": JSON.stringify(schema, null, 2) + "\n",
      "deno.json": denoJson(read("deno.json"), commands, PROJECT_TASKS),
      "README.md": withCommands(read("README.md"), commonCommands(commands, PROJECT_TASKS)),
      "docs/commands.md": withCommands(read("docs/commands.md"), allCommands(commands, PROJECT_TASKS)),
    };
    const oks = [await buildKernels(check)];
    for (const [file, text] of Object.entries(texts)) oks.push(writeOrCompare(file, text, check));
    // One after the other: several bundlers on a fresh machine would all install esbuild into the same place.
    for (const { name } of Deno.readDirSync(join(PROJECT, PAGE_SOURCES))) {
      if (!name.endsWith("_entry.ts")) continue;
      oks.push(writeOrCompare(`${PAGES_BUILT}/${name.replace("_entry.ts", ".js")}`, await bundle(name), check));
    }
    oks.push(await drawPicture(check));
    return oks.every((ok) => ok) ? 0 : FAILED;
  },
});

/** The compiler is not a dependency of the project: only who changes a kernel needs it. */
async function buildKernels(check: boolean): Promise<boolean> {
  const write = check ? [] : ["--allow-write=core/kernels"];
  const flags = ["--allow-read=core/kernels", "--allow-run=clang-22", ...write];
  return await deno("run", ...flags, "build/kernels/compile.ts", ...(check ? ["--check"] : []));
}

/** Deno's bundler makes one file of a page's code, kernels and packages included; null if it fails. */
async function bundle(entry: string): Promise<string | null> {
  const args = [
    "bundle",
    "--quiet",
    "--node-modules-dir",
    "--platform",
    "browser",
    "--minify",
    `${PAGE_SOURCES}/${entry}`,
  ];
  const command = new Deno.Command("deno", { args, cwd: PROJECT, stdout: "piped", stderr: "piped" });
  const { success, stdout, stderr } = await command.output();
  if (success) return new TextDecoder().decode(stdout);
  printError(new TextDecoder().decode(stderr));
  return null;
}

/**
 * Runs the experiment, unless its results are stored, and copies the chart. A check only makes sure that it exists:
 * comparing pixels would take a training, and permission to load the canvas.
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

/** Writes a built file, or checks that it is up to date. A text of null could not be built. */
function writeOrCompare(file: string, text: string | null, check: boolean): boolean {
  const path = join(PROJECT, file);
  const isGood = text !== null && (!check || Deno.readTextFileSync(path) === text);
  if (isGood && !check) Deno.writeTextFileSync(path, text);
  if (isGood) print(`${file}: ${check ? "up to date" : "written"}`);
  else if (text === null) printError(`${file} cannot be built.`);
  else printError(`${file} is out of date. Run deno task build, and commit the file.`);
  return isGood;
}
