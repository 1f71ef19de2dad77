/** `build`: makes the committed files that are made from others: the kernels' WebAssembly, the JSON Schema, and the pages' code. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { experimentJsonSchema } from "../../experiment/schema.ts";
import { readOptions } from "../options.ts";
import { complain, print } from "../terminal.ts";

const HELP = `Make the built files from their sources.

  deno task build [--check]

  --check   write nothing; exit with 1 when a committed file is not what its source makes

  core/kernels/kernels.wasm            from core/kernels/assembly/*.ts
  core/kernels/wide.wasm               from core/kernels/assembly/wide/*.ts
  experiments/experiment.schema.json   from pipeline/config/schema.ts and the stages' params
  pipeline/page/built/*.js             from pipeline/page/browser/*.ts and all that they import`;

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), "../../..");
/** What each page runs, by the name of its file. */
const PAGES = ["report", "comparison", "runs", "run"];
const SCHEMA = "experiments/experiment.schema.json";

/** The command. */
export async function build(args: string[]): Promise<number> {
  const { switches } = readOptions(args, { command: "build", switches: ["check"] });
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  const check = switches.has("check");
  const kernels = await buildKernels(check);
  const schema = buildSchema(check);
  const pages = await Promise.all(PAGES.map((name) => buildPage(name, check)));
  return kernels && schema && !pages.includes(false) ? 0 : 1;
}

/** The compiler is no dependency of the project: the build runs apart from its lock file and node_modules. */
async function buildKernels(check: boolean): Promise<boolean> {
  const command = new Deno.Command("deno", {
    args: [
      "run",
      "--no-lock",
      "--node-modules-dir=none",
      "--allow-read=core/kernels",
      "--allow-env=CI,NO_COLOR,FORCE_COLOR,TERM,COLORTERM",
      ...(check ? [] : ["--allow-write=core/kernels/kernels.wasm,core/kernels/wide.wasm"]),
      "core/kernels/compile.ts",
      ...(check ? ["--check"] : []),
    ],
    cwd: PROJECT,
  });
  const { success } = await command.spawn().status;
  return success;
}

function buildSchema(check: boolean): boolean {
  return writeOrCompare(SCHEMA, JSON.stringify(experimentJsonSchema(), null, 2) + "\n", check);
}

/** Deno's bundler makes one file of a page's code, the kernels and the packages included. */
async function buildPage(name: string, check: boolean): Promise<boolean> {
  const source = `pipeline/page/browser/${name}.ts`;
  const command = new Deno.Command("deno", {
    args: ["bundle", "--quiet", "--platform", "browser", "--minify", source],
    cwd: PROJECT,
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  if (success) return writeOrCompare(`pipeline/page/built/${name}.js`, new TextDecoder().decode(stdout), check);
  complain(`${source} does not build.\n${new TextDecoder().decode(stderr)}`);
  return false;
}

function writeOrCompare(name: string, text: string, check: boolean): boolean {
  const path = join(PROJECT, name);
  if (!check) {
    Deno.writeTextFileSync(path, text);
    print(`${name}: written`);
    return true;
  }
  const same = Deno.readTextFileSync(path) === text;
  if (same) print(`${name}: is what its source makes`);
  else complain(`${name} is not what its source makes. Run deno task build, and commit the file.`);
  return same;
}
