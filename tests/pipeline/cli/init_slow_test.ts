/** `init`: a folder for experiments and code of one's own, made by the command line. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { commandElsewhere, commandOf, filesUnder, outcomeOf, PROJECT, retrace } from "./retrace.ts";

const FILES = [
  ".gitignore",
  "experiments/experiment.schema.json",
  "experiments/first.json",
  "experiments/mine.ts",
  "tsconfig.json",
];

/** Calls `test` with a new folder, which is removed at the end. */
async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "retrace-init-" }));
  try {
    await test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("init writes an experiment that runs, and says which commands to type next", async () => {
  await withFolder(async (parent) => {
    const folder = join(parent, "a/mine");
    const { code, stdout, stderr } = await retrace("init", folder);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(Object.keys(filesUnder(folder)).filter((path) => !path.startsWith(".retrace/")).sort(), FILES);
    for (const file of FILES) assertStringIncludes(stdout, `wrote ${join(folder, file)}\n`);
    assertStringIncludes(stdout, `deno task run ${join(folder, "experiments/first.json")}\n`);
    // An editor knows the stage of the module.
    const schema = Deno.readTextFileSync(join(folder, "experiments/experiment.schema.json"));
    assertMatch(schema, /"noise": \{/);
    const { compilerOptions } = JSON.parse(Deno.readTextFileSync(join(folder, "tsconfig.json")));
    assertEquals(join(folder, compilerOptions.paths.retrace[0]), join(PROJECT, "pipeline/library/retrace.ts"));
    // Typed in the folder itself.
    const planned = await outcomeOf(commandElsewhere(["run", "experiments/first.json", "--dry-run"]), {}, folder);
    assertEquals([planned.code, planned.stderr], [0, ""]);
    assertMatch(planned.stdout, /^ {2}noise +depends/m);
  });
});

Deno.test("init keeps what is there, and brings the schema up to date with the modules that experiments use", async () => {
  await withFolder(async (folder) => {
    assertEquals((await retrace("init", folder, "--quiet")).stdout, "");
    const module = join(folder, "experiments/mine.ts");
    Deno.writeTextFileSync(module, Deno.readTextFileSync(module).replace('name: "noise"', 'name: "grain"'));
    const experiment = join(folder, "experiments/first.json");
    Deno.writeTextFileSync(experiment, Deno.readTextFileSync(experiment).replaceAll('"noise"', '"grain"'));
    const before = filesUnder(folder);
    const { code, stdout } = await retrace("init", folder);
    assertEquals(code, 0);
    assertStringIncludes(stdout, `kept  ${experiment}, which was there already\n`);
    const after = filesUnder(folder);
    const schema = "experiments/experiment.schema.json";
    assertEquals({ ...after, [schema]: "" }, { ...before, [schema]: "" });
    assertMatch(Deno.readTextFileSync(join(folder, schema)), /"grain": \{/);
  });
});

Deno.test("init says which folder it cannot write, and why", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "file");
    Deno.writeTextFileSync(file, "");
    const { code, stdout, stderr } = await retrace("init", file);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(
      stderr,
      /^error: Cannot write .*file\/experiments: Not a directory.* Name another folder: deno task init FOLDER\n$/,
    );
    const own = await retrace("init");
    assertEquals(own.code, 2);
    assertMatch(own.stderr, /is the folder of Retrace itself. Name another one: deno task init \.\.\/mine\n$/);
  });
});

Deno.test("init may write the folder, and nothing else", async () => {
  const { command } = await import("../../../pipeline/cli/commands/init.ts");
  const may = command.may({ args: ["/tmp/mine"], options: {} });
  assertEquals(may, { read: [join(PROJECT, "experiments/template")], write: ["/tmp/mine"] });
  assert(commandOf(["init"]).includes("--allow-run=deno"));
});
