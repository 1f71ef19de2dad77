import { assertEquals, assertMatch, assertNotEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { join } from "node:path";
import { ResultsError } from "../../../pipeline/engine/run_errors.ts";
import type { RunJson } from "../../../pipeline/results/run_json.ts";
import { finishRun } from "./finished_run.ts";
import { digestsIn, PICTURES, readJson, TABLES, writtenRun } from "./written_run.ts";

Deno.test("writeResults() leaves every file alone when they are all there already and no stage ran", async () => {
  using written = await writtenRun();
  const statusOf = (name: string) => {
    const { mtime, ino } = Deno.statSync(written.path(name));
    return `${name} ${mtime?.getTime()} ${ino}`;
  };
  const files = [...TABLES, ...PICTURES];
  const before = files.map(statusOf);
  const again = await finishRun(written.config, written.run.store.root);
  assertStrictEquals(await again.writeTo(written.folder), "unchanged");
  assertEquals(files.map(statusOf), before);
});

Deno.test("writeResults() writes run.json anew when a stage ran, though it made what is there already", async () => {
  using written = await writtenRun();
  const before = digestsIn(written.folder);
  const again = await finishRun(written.config, written.run.store.root);
  const stages = again.run.stages.map((stage, i) => (i === 4 ? { ...stage, action: "run" as const } : stage));
  Object.assign(again.run, { stages });
  assertStrictEquals(await again.writeTo(written.folder), "unchanged");
  const run = readJson<RunJson>(written.path("run.json"));
  assertEquals(run.stages.map(({ action }) => action), ["hit", "hit", "hit", "hit", "run", "hit"]);
  assertEquals(run.stages.map((stage) => stage.deno_when_made), Array(6).fill(Deno.version.deno));
  assertEquals(run.files, before);
  assertEquals(digestsIn(written.folder), before);
});

/** Ways in which a results folder stops being what was written; all of them are mended at the next run. */
const DAMAGES: Record<string, (path: (name: string) => string) => void> = {
  "a table is deleted": (path) => Deno.removeSync(path("metrics.json")),
  "a picture is deleted": (path) => Deno.removeSync(path("loss.png")),
  "a table is edited": (path) => Deno.writeTextFileSync(path("history.csv"), "0\n", { append: true }),
  "the weights are cut short": (path) => Deno.truncateSync(path("weights.safetensors"), 100),
  "a picture is a folder": (path) => {
    Deno.removeSync(path("loss.png"));
    Deno.mkdirSync(path("loss.png"));
  },
  "run.json is deleted": (path) => Deno.removeSync(path("run.json")),
  "run.json is no JSON": (path) => Deno.writeTextFileSync(path("run.json"), "{"),
  "run.json is null": (path) => Deno.writeTextFileSync(path("run.json"), "null"),
  "run.json names no files and a table is deleted": (path) => {
    const run = readJson<RunJson>(path("run.json"));
    const { "manifest.json": manifest, "experiment.json": experiment } = run.files;
    const files = { "manifest.json": manifest, "experiment.json": experiment };
    Deno.writeTextFileSync(path("run.json"), JSON.stringify({ ...run, files }));
    Deno.removeSync(path("metrics.json"));
  },
  "another version of the report wrote it": (path) => {
    Deno.writeTextFileSync(path("run.json"), JSON.stringify({ ...readJson(path("run.json")), report: "0".repeat(64) }));
    Deno.writeTextFileSync(path("history.csv"), "as an older version wrote it\n");
  },
  "the whole folder is deleted": (path) => Deno.removeSync(path(""), { recursive: true }),
};

Deno.test("writeResults() makes the folder whole again when anything in it was changed", async () => {
  using written = await writtenRun();
  const before = digestsIn(written.folder);
  for (const [name, damage] of Object.entries(DAMAGES)) {
    damage(written.path);
    assertStrictEquals(await written.run.writeTo(written.folder), "written", name);
    assertEquals(digestsIn(written.folder), before, name);
    assertStrictEquals(await written.run.writeTo(written.folder), "unchanged", name);
  }
});

Deno.test("writeResults() puts back or clears away what a killed process left, before it writes", async () => {
  using written = await writtenRun();
  const before = digestsIn(written.folder);
  const beside = (suffix: string) => join(written.folder, "..", `.small.${suffix}`);
  Deno.renameSync(written.folder, beside("old"));
  Deno.mkdirSync(beside("new"));
  assertStrictEquals(await written.run.writeTo(written.folder), "unchanged");
  assertEquals(digestsIn(written.folder), before);
  assertEquals([...Deno.readDirSync(join(written.folder, ".."))].map(({ name }) => name), ["small"]);
});

Deno.test("writeResults() writes other results when the experiment is another", async () => {
  using written = await writtenRun();
  const before = digestsIn(written.folder);
  const other = await finishRun(written.config, written.run.store.root, ["train.epochs=1"]);
  assertStrictEquals(await other.writeTo(written.folder), "written");
  const after = digestsIn(written.folder);
  for (const name of ["metrics.json", "history.csv", "manifest.json", "experiment.json", "weights.safetensors"]) {
    assertNotEquals(after[name], before[name], name);
  }
});

Deno.test("writeResults() draws no curve of ReLU for a model without, and finds its folder complete", async () => {
  using written = await writtenRun();
  const sets = ['train.model=["linear(784,10)","softmax"]', "train.epochs=0"];
  const linear = await finishRun(written.config, written.run.store.root, sets);
  assertStrictEquals(await linear.writeTo(written.folder), "written");
  const names = Object.keys(digestsIn(written.folder));
  assertEquals(names, [...TABLES, ...PICTURES].filter((name) => !/^(activation|run)\./.test(name)).sort());
  assertStrictEquals(await linear.writeTo(written.folder), "unchanged");
});

Deno.test("writeResults() refuses a place that is a file and leaves it as it is", async () => {
  using written = await writtenRun();
  const file = join(written.folder, "..", "file");
  Deno.writeTextFileSync(file, "mine");
  const error = await assertRejects(() => written.run.writeTo(join(file, "small")), ResultsError);
  assertMatch(error.message, /^Cannot write the results to .*file.small: .*The outputs of the stages are stored/);
  assertStrictEquals(Deno.readTextFileSync(file), "mine");
});
