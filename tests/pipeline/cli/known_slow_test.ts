/** `run` asked again for what is done: real processes, the last of which load nothing that could do the work. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { mustBeDone, retrace } from "./retrace.ts";

/** Runs of a command in places of their own. */
function runner(small: SmallDataset, ...more: string[]) {
  const [results, cache] = [small.path("results"), small.path("cache")];
  const run = (...args: string[]) =>
    retrace("run", small.config, "--results", results, "--cache", cache, ...more, ...args);
  return { results, cache, run };
}

/** The files of the dataset by their names alone. */
function namesOf({ files }: SmallDataset): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([role, { name }]) => [role, name]));
}

/** Runs a command again until it is known: its files must have come of age. */
async function untilKnown({ cache, run }: ReturnType<typeof runner>, receipts: number): Promise<string> {
  for (const started = Date.now(); Date.now() - started < 60_000;) {
    const { stdout } = await run();
    const kept = [...Deno.readDirSync(join(cache, "receipts"))];
    if (kept.length === receipts && kept.every(({ name }) => Deno.statSync(join(cache, "receipts", name)).size > 0)) {
      return stdout;
    }
  }
  throw new Error("The command did not become known.");
}

/** Without what is another at every run: how long it took. */
function timeless(text: string): string {
  return text.replaceAll(/\d+ ms|\d+\.\d+ s(?= {2}made| *$)/gm, "TIME").replaceAll(/ +TIME/g, " TIME");
}

Deno.test("run prints the same for a known command as after looking everything up, and runs what has changed", async () => {
  using small = makeSmallDataset();
  const named = small.experiment;
  // Without their SHA-256, the files are looked at in each run.
  named.pipeline.download = { source: { from: "file", path: "data" }, files: namesOf(small) };
  small.write("small.json", named);
  const runs = runner(small);
  const { results, run } = runs;
  mustBeDone(await run());
  const said = await untilKnown(runs, 2);
  const again = await run();
  mustBeDone(again);
  assertEquals(timeless(again.stdout), timeless(said));
  assertMatch(again.stdout, /^small .*\n( {2}\w+ +hit .*\n){6}/);

  const folder = join(results, "small");
  Deno.renameSync(folder, `${folder}.moved`);
  Deno.symlinkSync(`${folder}.moved`, folder);
  const linked = await run();
  assertEquals([linked.code, linked.stdout], [1, ""]);
  assertStringIncludes(linked.stderr, "is a link");
  Deno.removeSync(folder);
  assertMatch((await run()).stdout, /results\/small\/ {2}written/);
  assert(Deno.statSync(join(folder, "report.html")).isFile);
  assertMatch((await run()).stdout, new RegExp(`\n  page +${join(folder, "report.html")}\n`));

  await untilKnown(runs, 2);
  const labels = join(small.data, "test_labels");
  Deno.writeFileSync(labels, Deno.readFileSync(labels).with(8, 9));
  const [download, ...later] = JSON.parse((await run("--json")).stdout).stages;
  const cue = { kind: "param", path: "test_labels", of: "test_labels", old: small.files.test_labels.sha256 };
  assertEquals([download.action, { ...download.cues[0], new: "" }], ["run", { ...cue, new: "" }]);
  assertEquals(later.map(({ action }: { action: string }) => action), ["run", "hit", "hit", "hit", "run"]);

  await untilKnown(runs, 2);
  const longer = named;
  longer.pipeline.train.epochs = 3;
  small.write("small.json", longer);
  const { stdout } = await run("--json");
  assertEquals(JSON.parse(stdout).epochs, 3);
});

Deno.test("run prints known runs as JSON, and ends with their comparison", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  const runs = runner(small, "--seeds", "0..1", "--jobs", "2");
  mustBeDone(await runs.run());
  const said = await untilKnown(runs, 3);
  const again = await runs.run();
  mustBeDone(again);
  // Workers end in any order.
  const [one, other] = [timeless(again.stdout), timeless(said)].map((text) => text.split("\n").sort());
  assertEquals(one, other);
  assertStringIncludes(again.stdout, "accuracy");
  const told = (await runs.run("--json")).stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(told.map(({ run, stages }) => [run, stages.length]), [["small", 6], ["small@seed=1", 6]]);
  assertEquals(told.every(({ stages }) => stages.every(({ action }: { action: string }) => action === "hit")), true);
});
