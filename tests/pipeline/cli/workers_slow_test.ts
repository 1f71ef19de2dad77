/** The front and its workers when something goes wrong with one of them. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { PROGRAM, programCode } from "../../../pipeline/cli/front/program_code.ts";
import { CodeChangedError } from "../../../pipeline/engine/run_errors.ts";
import { copyProject, edit } from "../../project_copy.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { withFolder } from "../sources/scratch.ts";
import { commandOf, mustBeDone, type Outcome, outcomeOf, PROJECT } from "./retrace.ts";

/** Runs a small experiment in a copy of the project whose stage `batch` does something else first. */
async function runWith(statement: string, ...args: string[]): Promise<Outcome> {
  using small = makeSmallDataset();
  const project = small.path("project");
  Deno.mkdirSync(project);
  copyProject(project);
  const imports = 'const { EpochOrder } = await import("../../../core/random/mod.ts");';
  edit(join(project, "pipeline/classifier/stages/batch.ts"), imports, `${imports} ${statement}`);
  return await outcomeOf(commandOf(["run", small.config, "--quiet", ...args]), {}, project);
}

Deno.test("a stage can print what looks like a message, and anything else", async () => {
  const odd = [
    '\\x1e{"exit":0}',
    '\\x1e{"outcome":{"exitCode":0}}',
    "\\x1ehello",
    "a\\x1e{",
    '\\x1e"text"',
    "\\x1enull",
    "no line break\\x1e7\\x1e[]",
  ];
  const outcome = await runWith(
    `for (const text of ${JSON.stringify(odd).replaceAll("\\\\", "\\")}) console.log(text);` +
      'Deno.stdout.writeSync(new TextEncoder().encode("before a message"));',
  );
  assertEquals([outcome.code, outcome.stderr], [0, ""]);
  for (const text of ["hello", "no line break", "before a message"]) assertStringIncludes(outcome.stdout, text);
});

Deno.test("a worker that ends on its own fails its run, and the others are done", async () => {
  const { code, stdout, stderr } = await runWith(
    "if (seed === 1) Deno.exit(3);",
    ...["--seeds", "0..2", "--jobs", "2", "--json"],
  );
  assertEquals(code, 1);
  assertMatch(stderr, /^error: small@seed=1: Its worker ended unexpectedly \(exit code 3\)\.$/m);
  const told = stdout.trim().split("\n").map((line) => JSON.parse(line));
  const expected = ["small done", "small@seed=1 failed", "small@seed=2 done"];
  assertEquals(told.map(({ run, status = "done" }) => `${run} ${status}`).sort(), expected);
});

Deno.test("a worker that ends before it has begun is reported, even with exit code 0", async () => {
  const { code, stdout, stderr } = await runWith("", "--force", "batch");
  assertEquals([code, stdout, stderr], [0, "", ""]);
  using small = makeSmallDataset();
  const project = small.path("project");
  Deno.mkdirSync(project);
  copyProject(project);
  const stage = join(project, "pipeline/classifier/stages/batch.ts");
  Deno.writeTextFileSync(stage, `${Deno.readTextFileSync(stage)}\nDeno.exit(0);\n`);
  for (const args of [["run", small.config], ["explain", small.config]]) {
    const outcome = await outcomeOf(commandOf(args), {}, project);
    assertEquals([outcome.code, outcome.stdout], [1, ""]);
    assertStringIncludes(outcome.stderr, "The process that does the work ended unexpectedly (exit code 0).");
  }
});

Deno.test("a definition that is made or wrapped where it is listed is rejected: that code would be in no key", async () => {
  for (
    const [from, to] of [["basic, sgd,", "basic, { ...sgd },"], [
      "normalize, batch, train, validate],\n  chain",
      "{ ...normalize }, batch, train, validate],\n  chain",
    ]]
  ) {
    using small = makeSmallDataset();
    const project = small.path("project");
    Deno.mkdirSync(project);
    copyProject(project);
    edit(join(project, "pipeline/classifier/pipeline.ts"), from, to);
    const { code, stderr } = await outcomeOf(commandOf(["run", small.config, "--quiet"]), {}, project);
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^error: "(sgd|normalize)" in (optimizers|stages) of the pipeline is not an export of its source, /,
    );
  }
});

Deno.test("a stage finds no storage that outlives its process", async () => {
  const { code, stderr } = await runWith(
    'if ("localStorage" in globalThis || "caches" in globalThis) throw new Error("storage");',
  );
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("an error that no stage catches is reported, and ends in exit code 1", async () => {
  const { code, stderr } = await runWith(
    'Promise.reject(new Error("forgotten")); await new Promise((r) => setTimeout(r, 500));',
  );
  assertEquals(code, 1);
  assertStringIncludes(stderr, "forgotten");
});

Deno.test({
  name: "a signal at any moment of the start ends without a word about an error",
  ignore: Deno.build.os === "windows",
  async fn() {
    using small = makeSmallDataset();
    const folders = ["--results", small.path("r"), "--cache", small.path("c")];
    mustBeDone(await outcomeOf(commandOf(["run", small.config, "--quiet", ...folders])));
    for (let delay = 0; delay <= 240; delay += 20) {
      const [program, ...args] = commandOf(["run", small.config, "--set", "train.epochs=9000", "--quiet", ...folders]);
      const child = new Deno.Command(program, { args, cwd: PROJECT, stdin: "null", stdout: "null", stderr: "piped" })
        .spawn();
      const stderr = new Response(child.stderr).text();
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill("SIGTERM");
      assertEquals((await child.status).code, 143, `after ${delay} ms: ${await stderr}`);
      assertMatch(await stderr, /^(Stopped by SIGTERM\..*\n)?$/, `after ${delay} ms`);
    }
  },
});

Deno.test("without deno in PATH, run says what to do", async () => {
  using small = makeSmallDataset();
  const folders = ["--results", small.path("r"), "--cache", small.path("c")];
  const { code, stderr } = await outcomeOf(commandOf(["run", small.config, ...folders]), { PATH: small.folder });
  assertEquals(code, 2);
  assertMatch(stderr, /error: Cannot start deno, which does the work: .*Add the folder of .* to PATH\./);
});

Deno.test("with variables that choose libraries, run says which ones to unset", async () => {
  using small = makeSmallDataset();
  const run = (variables: Record<string, string>) =>
    outcomeOf(commandOf(["run", small.config, "--results", small.path("r"), "--cache", small.path("c")]), variables);
  const one = await run({ LD_LIBRARY_PATH: small.folder });
  assertEquals([one.code, one.stdout], [2, ""]);
  assertMatch(one.stderr, /^error: Cannot start deno, [^\n]* Unset LD_LIBRARY_PATH, [^\n]*\n$/);
  assert(!one.stderr.includes(" PATH"), one.stderr);
  const two = await run({ LD_BIND_NOW: "1", LD_LIBRARY_PATH: small.folder });
  assertMatch(two.stderr, /Unset LD_BIND_NOW and LD_LIBRARY_PATH, as in: env -u LD_BIND_NOW -u LD_LIBRARY_PATH deno /);
});

Deno.test("code that was edited while a worker loaded it is noticed, even if it is the same again", async () => {
  await withFolder(async (folder) => {
    const code = await programCode(join(folder, "cache"));
    const before = code.statuses();
    code.checkUnchanged(before);
    const [path, status] = [...before].find(([path]) => path.endsWith("core/errors.ts"))!;
    const other = new Map(before).set(path, `${status} `);
    const error = (() => {
      try {
        code.checkUnchanged(other);
      } catch (error) {
        return error;
      }
    })();
    assert(error instanceof CodeChangedError);
    assertStringIncludes(error.message, path);
    assert(PROGRAM.entries.every((entry) => before.has(entry)));
  });
});
