/** The npm package has the modules that its commands need, and none that only help to work on Retrace. */
import { assert, assertEquals } from "@std/assert";
import { COMMANDS, DEVELOPMENT } from "../../../../pipeline/cli/command_list.ts";
import { shippedModules } from "../../../../build/package/shipped_modules.ts";
import { vendoredFiles } from "../../../../build/package/vendored.ts";
import { readOwnCode } from "../../../../pipeline/cli/front/read_code.ts";
import { PROGRAM } from "../../../../pipeline/cli/front/program_code.ts";
import { shippedCode } from "../../../../build/package/code_json.ts";
import { PROJECT } from "../retrace.ts";

const LIBRARY = JSON.parse(Deno.readTextFileSync(`${PROJECT}/deno.json`)).imports.retrace.slice(2);
const MODULES = shippedModules(PROJECT, LIBRARY);

Deno.test("the package has every command of its users, and what these load on demand", () => {
  const commands = COMMANDS.filter((name) => !DEVELOPMENT.includes(name));
  const files = commands.map((name) => `pipeline/cli/commands/${name.replace(" ", "_")}.ts`);
  const others = ["pipeline/cli/front/schedule_runs.ts", "pipeline/cli/help.ts", "std/cli/parse_args.ts", LIBRARY];
  assertEquals([...files, ...others].filter((path) => !MODULES.includes(path)), []);
});

Deno.test("the package has nothing that only helps to work on Retrace", () => {
  const unwanted =
    /^(tests|bench|std\/assert|build|pipeline\/pages\/browser)\/|\/(build|check|compile|compile_here)\.ts$/;
  assertEquals(MODULES.filter((path) => unwanted.test(path)), []);
});

Deno.test("the map that is shipped has all files and versions of the clone's, and no place on this machine", async () => {
  const map = await readOwnCode(PROGRAM);
  const shipped = shippedCode(map, PROJECT, (path) => path.endsWith(".ts") ? undefined : new Uint8Array());
  const own = Object.values(map.files).map(({ name, facts }) => [name, facts?.digest]);
  assertEquals(Object.values(shipped.files).map(({ name, facts }) => [name, facts?.digest]), own);
  assertEquals(JSON.stringify(shipped).includes(PROJECT), false);
  assert(shipped.required.includes("zod") && !shipped.required.includes("chartjs-node-canvas"));
});

Deno.test("the packages that are shipped name the canvas that is installed, and bring their licenses", () => {
  const files = vendoredFiles(PROJECT);
  const all = Object.values(files).join("\n");
  assertEquals([all.includes("'canvas'"), all.includes("'@napi-rs/canvas'")], [false, true]);
  assertEquals(Object.keys(files).filter((path) => path.endsWith("LICENSE")).length, 2);
});
