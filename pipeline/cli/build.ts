/** `build`: makes the committed files that are made from others: the kernels' WebAssembly and the JSON Schema. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { experimentJsonSchema } from "../config/schema.ts";
import { readOptions } from "./options.ts";
import { complain, print } from "./terminal.ts";

const HELP = `Make the built files from their sources.

  deno task build [--check]

  --check   write nothing; exit with 1 when a committed file is not what its source makes

  core/kernels/kernels.wasm            from core/kernels/assembly/*.ts
  experiments/experiment.schema.json   from pipeline/config/schema.ts and the stages' params`;

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), "../..");
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
  return kernels && schema ? 0 : 1;
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
      ...(check ? [] : ["--allow-write=core/kernels/kernels.wasm"]),
      "core/kernels/build.ts",
      ...(check ? ["--check"] : []),
    ],
    cwd: PROJECT,
  });
  const { success } = await command.spawn().status;
  return success;
}

function buildSchema(check: boolean): boolean {
  const path = join(PROJECT, SCHEMA);
  const text = JSON.stringify(experimentJsonSchema(), null, 2) + "\n";
  if (!check) {
    Deno.writeTextFileSync(path, text);
    print(`${SCHEMA}: written`);
    return true;
  }
  const same = Deno.readTextFileSync(path) === text;
  if (same) print(`${SCHEMA}: is what its source makes`);
  else complain(`${SCHEMA} is not what its source makes. Run deno task build, and commit the file.`);
  return same;
}
