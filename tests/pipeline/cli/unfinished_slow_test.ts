/** Runs that failed, were stopped or were killed: what is kept of them, where it is shown, and when it goes. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { listOf } from "../ui/served.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { served, shownOf } from "../ui/served.ts";
import { filesUnder, mustBeDone, retrace } from "./retrace.ts";

const DIVERGING = ["--set", "train.optimizer.lr=1e30", "--set", "train.loss.clamp=0"];

Deno.test("a run that fails leaves a record, which compare, report, predict and the ui show, and no good result is lost", async () => {
  using small = makeSmallDataset();
  const results = small.path("results");
  const run = (...args: string[]) => retrace("run", "--results", results, "--cache", small.path("cache"), ...args);
  const compare = (...args: string[]) => retrace("compare", "--results", results, ...args);
  mustBeDone(await run(small.config, "--seeds", "1..2", "--quiet"));

  const { code, stdout } = await run(small.config, ...DIVERGING, "--set", "name=bad", "--json");
  const [told] = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals([code, told.status, told.stage], [1, "failed", "train"]);
  assertMatch(told.error, /^The loss became NaN in epoch 1/);
  const [name] = [...Deno.readDirSync(results)].map(({ name }) => name).filter((one) =>
    one.endsWith("unfinished.json")
  );
  const record = JSON.parse(Deno.readTextFileSync(join(results, name)));
  assertEquals([record.status, record.stage, record.reason, record.epochs], ["failed", "train", told.error, 2]);
  assertEquals(record.figures.accuracy.length, 1, "the history so far");
  assertEquals(record.experiment.pipeline.train.optimizer.lr, 1e30);

  // Named itself, it has to be there; of what a glob matches, it is a row that counts nowhere.
  for (const [args, expected] of [[["small@seed=1", told.run], 1], [["*"], 0]] as const) {
    for (const format of ["table", "md", "csv"]) {
      const shown = await compare(...args, "--format", format);
      assertEquals(shown.code, expected, shown.stderr);
      assertStringIncludes(shown.stdout, "failed in train: The loss became NaN");
    }
  }
  const json = JSON.parse((await compare("*", "--json")).stdout);
  assertEquals(json.rows.map(({ run }: { run: string }) => run), ["small@seed=1", "small@seed=2"]);
  assertEquals(json.groups.map(({ seeds }: { seeds: number }) => seeds), [2]);
  assertEquals(json.unfinished.map(({ run, status }: Record<string, unknown>) => [run, status]), [[
    told.run,
    "failed",
  ]]);
  mustBeDone(await retrace("report", "*", "--results", results, "--out", small.path("page.html")));
  assertStringIncludes(Deno.readTextFileSync(small.path("page.html")), "failed in train: The loss became NaN");
  for (const outcome of [await compare(told.run), await retrace("predict", told.run, "x.png", "--results", results)]) {
    assertEquals(outcome.code, 1);
    assertStringIncludes(outcome.stderr, "has no results: it failed in train: The loss became NaN");
    assert(!outcome.stderr.includes("Run it first"), outcome.stderr);
  }

  // The experiment file is edited so that it fails: its results stay what they are, everywhere.
  const before = filesUnder(join(results, "small@seed=1"));
  const { experiment } = small;
  Object.assign(experiment.pipeline.train.optimizer as object, { lr: 1e30 });
  Object.assign(experiment.pipeline.train.loss as object, { clamp: 0 });
  const good = Deno.readTextFileSync(small.config);
  small.write("small.json", experiment);
  assertEquals((await run(small.config, "--seeds", "1", "--quiet")).code, 1);
  assertEquals(filesUnder(join(results, "small@seed=1")), before);
  const warned = await compare("small@seed=1", "small@seed=2");
  assertEquals(warned.code, 0);
  assertStringIncludes(warned.stderr, "The last run of");
  const listed = () => listOf(results).map(({ name, status, later }) => [name, status, later]);
  assertEquals(listed(), [
    [told.run, "failed", undefined],
    ["small@seed=1", "finished", "failed"],
    ["small@seed=2", "finished", undefined],
  ]);
  await served(shownOf(results), async (url) => {
    const textOf = async (path: string) => await (await fetch(url + path)).text();
    const last = `/run?name=${encodeURIComponent("small@seed=1")}&last=`;
    assertStringIncludes(await textOf("/"), last.replace("&", "&#38;"));
    assertStringIncludes(await textOf(last), "The loss became NaN");
    assert(!(await textOf(last.replace("&last=", ""))).includes("The loss became NaN"), "the report is hidden");
    assertStringIncludes(await textOf(`/run?name=${encodeURIComponent(told.run)}`), "The loss became NaN");
  });

  // A later success, though it has nothing to do, removes the record, and only its own.
  Deno.writeTextFileSync(small.config, good);
  mustBeDone(await run(small.config, "--seeds", "1", "--quiet"));
  assertEquals(listed().map(([, , later]) => later), [undefined, undefined, undefined]);
  assertEquals(filesUnder(join(results, "small@seed=1")), before);
});

Deno.test("what a killed run has left goes with the next run of its name, though that has nothing to do; the user's files stay", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  const results = small.path("results");
  const args = ["run", small.config, "--results", results, "--cache", small.path("cache"), "--quiet"];
  const hidden = () => [...Deno.readDirSync(results)].map(({ name }) => name).filter((name) => name.startsWith("."));
  const deadline = performance.now() + 60_000;
  // Until the run and the command have a receipt, for which files have to be of some age.
  const isKnown = () => Object.keys(filesUnder(join(small.path("cache"), "receipts"))).length > 1;
  do mustBeDone(await retrace(...args)); while (!isKnown() && performance.now() < deadline);
  for (
    const left of [".small.live", ".small.unfinished.json", ".other.live", ".other.unfinished.json", ".small.live.md"]
  ) {
    Deno.writeTextFileSync(join(results, left), "{}\n");
    // A run in progress keeps its log.
    if (left === ".small.live") {
      using log = Deno.openSync(join(results, left), { write: true });
      log.lockSync(true);
      mustBeDone(await retrace(...args));
      assert(hidden().includes(left), "the log of a run in progress was removed");
      log.unlockSync();
    }
    mustBeDone(await retrace(...args));
    const isOwn = [".small.live", ".small.unfinished.json"].includes(left);
    assertEquals(hidden().includes(left), !isOwn, left);
  }
  Deno.mkdirSync(join(results, ".small.live"));
  Deno.mkdirSync(join(results, ".small.unfinished.json"));
  Deno.writeTextFileSync(join(results, ".small.unfinished.json", "mine"), "mine");
  mustBeDone(await retrace(...args));
  assertEquals(Deno.readTextFileSync(join(results, ".small.unfinished.json", "mine")), "mine");
});
