/** What the real processes may do: the front as deno.json starts it, and its workers as the front starts them. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { copyProject, edit } from "../../project_copy.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { namesIn } from "../sources/scratch.ts";
import { withServer } from "../sources/server.ts";
import { commandOf, mustBeDone, type Outcome, outcomeOf, PROJECT, retrace } from "./retrace.ts";

const TASKS: Record<string, { command: string }> = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json"))).tasks;

/** A copy of the project, with the experiment's data outside; commands run in it as in the project. */
async function withProject(work: (small: SmallDataset, project: string) => Promise<void>): Promise<void> {
  using small = makeSmallDataset();
  const project = small.path("project");
  Deno.mkdirSync(project);
  copyProject(project);
  await work(small, project);
}

function runIn(project: string, ...args: string[]): Promise<Outcome> {
  return outcomeOf(commandOf(["run", ...args]), {}, project);
}

/** The flags of the workers of a verbose run. */
function workersOf({ stderr }: Outcome): string[] {
  return [...stderr.matchAll(/^worker: (.*)$/gm)].map(([, flags]) => flags);
}

/** An experiment whose files come from a server. */
function fromWeb(small: SmallDataset, url: string): string {
  const experiment = small.experiment;
  Object.assign(experiment.pipeline.download, { source: { from: "https", url } });
  return small.write("web.json", experiment);
}

/** The response of a server that has the files of a dataset. */
function filesOf(small: SmallDataset) {
  const names = Object.values(small.files).map(({ name }) => name);
  return ({ path }: { path: string }) => ({
    body: names.includes(path.slice(1)) ? Deno.readFileSync(join(small.data, path.slice(1))) : new Uint8Array(1),
  });
}

/** Lets the stage `batch` do something else first. */
function extendBatch(project: string, statement: string): void {
  const imports = 'const { EpochOrder } = await import("../../../core/random/mod.ts");';
  edit(join(project, "pipeline/classifier/stages/batch.ts"), imports, `${imports} ${statement}`);
}

Deno.test("every command starts a front that may read and start deno, in a line of at most 80 characters", () => {
  const commands = Object.values(TASKS).map(({ command }) => command).filter((text) =>
    text.includes("cli/front/main.ts")
  );
  assert(commands.length > 10);
  for (const command of commands) {
    assert(`Task ${command}`.length <= 80, command);
    assertMatch(command, /^deno run -R --allow-run=deno pipeline\/cli\/front\/main\.ts( [a-z]+)?$/);
  }
});

Deno.test("a worker may do what its run needs: with data here, data elsewhere, other folders, and several at a time", async () => {
  using small = makeSmallDataset();
  const [results, cache] = [small.path("r"), small.path("c")];
  const packages = join(PROJECT, "node_modules");
  const libraries = join(PROJECT, "core/kernels/built");
  const native = `--allow-ffi=${packages},${libraries} --allow-env=DISABLE_SYSTEM_FONTS_LOAD,` +
    "NAPI_RS_NATIVE_LIBRARY_PATH,NAPI_RS_FORCE_WASI --allow-sys=hostname";
  const folders = ["--results", results, "--cache", cache];
  const readable = [results, cache, packages, "/usr/bin/ldd", libraries, small.config, small.data];
  const expected = `--allow-read=${readable.join(",")},${join(PROJECT, "experiments/expected.json")} ` +
    `--allow-write=${results},${cache} ${native}`;
  const first = await retrace("run", small.config, ...folders, "--verbose");
  assertEquals(workersOf(first), [expected]);
  assertMatch(first.stderr, /^front: --allow-read --allow-run=deno$/m);
  const { permissions } = JSON.parse(Deno.readTextFileSync(join(results, "small", "run.json")));
  assertEquals(permissions.front, { read: true, run: ["deno"] });
  assertEquals([permissions.worker.write, permissions.worker.net], [[results, cache], []]);
  const jobs = await retrace("run", small.config, ...folders, "--seeds", "0..2", "--jobs", "2", "--verbose");
  assertEquals(workersOf(jobs), [expected, expected]);
  // Nothing to do: no worker at all.
  await untilOld();
  mustBeDone(await retrace("run", small.config, ...folders, "--quiet"));
  assertEquals((await retrace("run", small.config, ...folders, "--verbose")).stderr, "");
});

Deno.test("run writes only its results and its cache, wherever they are, without anything to set", async () => {
  await withProject(async (small, project) => {
    const before = namesIn(project);
    mustBeDone(await runIn(project, small.config, "--quiet"));
    assertEquals(namesIn(project), [...before, ".retrace", "results"].sort());
    assertEquals(namesIn(join(project, "results")), [".small.lock", "small"]);
    const [results, cache] = [small.path("a b/r"), small.path("d/e/c")];
    mustBeDone(await runIn(project, small.config, "--quiet", "--results", results, "--cache", cache));
    assertEquals(namesIn(results), [".small.lock", "small"]);
    assert(namesIn(cache).includes("artifacts"));
  });
});

Deno.test("a stage can neither read what is not declared, nor write elsewhere, nor start a program", async () => {
  const attempts = {
    'Deno.readTextFileSync("README.txt");': /Requires read access to "README.txt"/,
    'Deno.readTextFileSync("pipeline/classifier/stages/batch.ts");': /Requires read access to "pipeline/,
    'Deno.writeTextFileSync("pipeline/new.ts", "");': /Requires write access to "pipeline\/new.ts"/,
    'new Deno.Command("deno").outputSync();': /Requires run access to "deno"/,
    'await import("./train" + ".ts");': /batch\.ts:\d+/,
  };
  await withProject(async (small, project) => {
    Deno.writeTextFileSync(join(project, "README.txt"), "");
    const batch = join(project, "pipeline/classifier/stages/batch.ts");
    const before = Deno.readTextFileSync(batch);
    for (const [statement, message] of Object.entries(attempts)) {
      extendBatch(project, statement);
      const { code, stderr } = await runIn(project, small.config, "--quiet");
      assertEquals(code, 1, statement);
      assertMatch(stderr, message);
      assert(!stderr.includes("\n    at "), stderr);
      Deno.writeTextFileSync(batch, before);
    }
  });
});

Deno.test("no code of a stage can load native code, whatever may be loaded to draw pictures and to compute", async () => {
  await withProject(async (small, project) => {
    const canvas = [...Deno.readDirSync(join(PROJECT, "node_modules/.deno"))].map(({ name }) => name)
      .find((name) => name.startsWith("@napi-rs+canvas-"))!;
    const libraries = [
      join(PROJECT, "node_modules/.deno", canvas),
      join(project, "core/kernels/built/kernels.x86-64-v2.so"),
    ];
    const batch = join(project, "pipeline/classifier/stages/batch.ts");
    const before = Deno.readTextFileSync(batch);
    for (const library of libraries) {
      extendBatch(project, `Deno.dlopen(${JSON.stringify(library)}, {});`);
      const { code, stderr } = await runIn(project, small.config, "--quiet");
      assertEquals(code, 1);
      assertMatch(stderr, /Requires ffi access to/);
      Deno.writeTextFileSync(batch, before);
    }
  });
});

Deno.test("no figure can load native code, not even in a run whose stages are all stored", async () => {
  await withProject(async (small, project) => {
    assertEquals((await runIn(project, small.config, "--quiet")).code, 0);
    const library = join(project, "core/kernels/built/kernels.x86-64-v2.so");
    const figures = join(project, "pipeline/classifier/figures/training_figures.ts");
    edit(figures, "ofRun(run) {", `ofRun(run) {\n    Deno.dlopen(${JSON.stringify(library)}, {});`);
    const { code, stderr } = await runIn(project, small.config, "--quiet");
    assertEquals(code, 1);
    assertMatch(stderr, /Requires ffi access to/);
  });
});

Deno.test("a stage reads no code, even if the folder with the code is named as data or holds the results", async () => {
  await withProject(async (small, project) => {
    extendBatch(project, 'Deno.readTextFileSync("pipeline/classifier/stages/batch.ts");');
    for (const folders of [["--data", "."], ["--results", "."]]) {
      const { code, stderr } = await runIn(project, small.config, "--quiet", ...folders);
      assertEquals(code, 1);
      assertMatch(stderr, /Requires read access to "pipeline\/classifier\/stages\/batch\.ts"/);
    }
  });
});

Deno.test("an experiment's file gets nothing allowed outside of its folder, the current one and --data", async () => {
  using small = makeSmallDataset();
  const experiment = small.experiment;
  experiment.pipeline.download.source = { from: "file", path: "/" };
  const config = small.write("root.json", experiment);
  const args = ["run", config, "--verbose", "--results", small.path("r"), "--cache", small.path("c")];
  const outcome = await retrace(...args);
  assertEquals(outcome.code, 2);
  assertStringIncludes(outcome.stderr, "outside the experiment's folder and the current one");
  assert(workersOf(outcome).every((flags) => !/--allow-read=(\S*,)?\/(,|\s|$)/.test(flags)), outcome.stderr);
});

Deno.test("only a download reaches the network, and only the host that the experiment names", async () => {
  await withProject(async (small, project) => {
    await withServer(filesOf(small), async ({ url, received }) => {
      const web = fromWeb(small, url);
      const { host } = new URL(url);
      const first = await runIn(project, web, "--verbose");
      assertEquals([first.code, received.length], [0, 4]);
      assertEquals(workersOf(first).map((flags) => flags.match(/--allow-net=(\S+)/)?.[1]), [undefined, host]);
      // The data is there.
      const second = await runIn(project, web, "--verbose", "--set", "train.epochs=3");
      assertEquals(workersOf(second).map((flags) => flags.includes("--allow-net")), [false]);

      extendBatch(project, `await fetch(${JSON.stringify(`${url}secret`)});`);
      for (const downloads of [0, 4]) {
        if (downloads > 0) Deno.removeSync(join(project, ".retrace"), { recursive: true });
        received.length = 0;
        const { code, stderr } = await runIn(project, web, "--quiet");
        assertEquals([code, received.length], [1, downloads]);
        assert(received.every(({ path }) => path !== "/secret"));
        assertMatch(stderr, /It may not reach 127\.0\.0\.1:\d+\. Allow it: --allow-host/);
      }
    });
  });
});

Deno.test("a download that is redirected elsewhere fails, unless --allow-host allows it", async () => {
  using small = makeSmallDataset();
  await withServer(filesOf(small), async ({ url: target }) => {
    const other = target.replace("127.0.0.1", "localhost");
    await withServer(({ path }) => ({ status: "302 Found", headers: { location: `${other}${path.slice(1)}` } }), async (
      { url },
    ) => {
      const args = ["run", fromWeb(small, url), "--quiet", "--results", small.path("r"), "--cache", small.path("c")];
      const { host } = new URL(other);
      const { code, stderr } = await retrace(...args);
      assertEquals(code, 1);
      assertStringIncludes(stderr, `--allow-host ${host}`);
      mustBeDone(await retrace(...args, "--allow-host", host));
    });
  });
});

Deno.test("without a worker's permission, nothing can be read through a link in the experiment's folder", {
  ignore: Deno.build.os === "windows",
}, async () => {
  using small = makeSmallDataset();
  const outside = Deno.makeTempDirSync();
  try {
    Deno.renameSync(small.data, join(outside, "data"));
    Deno.symlinkSync(join(outside, "data"), small.data);
    const args = ["run", small.config, "--quiet", "--results", small.path("r"), "--cache", small.path("c")];
    const { code, stderr } = await retrace(...args);
    assertEquals(code, 2);
    assertStringIncludes(stderr, `--data ${join(outside, "data")}`);
    mustBeDone(await retrace(...args, "--data", join(outside, "data")));
  } finally {
    Deno.removeSync(outside, { recursive: true });
  }
});

/** Waits until files that were just written are old enough for receipts. */
async function untilOld(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 4000));
}
