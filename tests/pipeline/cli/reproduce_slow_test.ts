import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { readExpected, valuesOf, writeExpected } from "../../../pipeline/results/expected.ts";
import { copyProject, edit } from "../../project_copy.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { reproduceIn } from "./reproduced.ts";
import { filesUnder, mustBeDone, PROJECT } from "./retrace.ts";

/** The small experiment with its digests kept. */
async function kept(): Promise<SmallDataset> {
  const small = makeSmallDataset();
  mustBeDone(await reproduceIn(small.folder, ["--update", small.config]));
  return small;
}

function expectedOf(small: SmallDataset): string {
  return Deno.readTextFileSync(small.path("expected.json"));
}

Deno.test("expected.json has digests of every committed experiment, in its present form", () => {
  const folder = join(PROJECT, "experiments");
  const files = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => name)
    .filter((name) => !["expected.json", "experiment.schema.json"].includes(name));
  const expected = readExpected(join(folder, "expected.json"))!;
  assertEquals(Object.keys(expected), files.map((name) => name.replace(/\.json$/, "")).sort());
  for (const [name, { experiment }] of Object.entries(expected)) {
    assertEquals(experiment, valuesOf(loadExperiment(classifier, join(folder, `${name}.json`), []).experiment), name);
  }
});

Deno.test("writing expected.json again changes no byte of it", () => {
  using small = makeSmallDataset();
  const committed = join(PROJECT, "experiments/expected.json");
  writeExpected(small.path("expected.json"), readExpected(committed)!);
  const [written, before] = [small.path("expected.json"), committed].map((file) => Deno.readTextFileSync(file));
  assert(written === before);
});

Deno.test("reproduce recomputes the same digests, uses nothing stored and leaves nothing", async () => {
  using small = await kept();
  const outcome = await reproduceIn(small.folder, [small.config]);
  mustBeDone(outcome);
  assertMatch(outcome.stdout, /^small +same +2 epochs, \d+ digests +[\d.]+ m?s\n$/);
  const left = Object.keys(filesUnder(small.path("cache")));
  assertEquals(left.filter((name) => !name.startsWith("code/")), ["reproduce.lock"]);
  const json = JSON.parse((await reproduceIn(small.folder, [small.config, "--json"])).stdout);
  assertEquals([json.experiment, json.status, json.comparison.differing], ["small", "same", 0]);
  assertEquals(json.comparison.places, json.comparison.before);
});

Deno.test("reproduce accepts experiments by name, and by default runs all with expected digests", async () => {
  using small = await kept();
  for (const args of [["small"], []]) {
    const outcome = await reproduceIn(small.folder, args);
    mustBeDone(outcome);
    assertMatch(outcome.stdout, /^small +same/);
  }
});

Deno.test("reproduce prints the first difference, with both digests, and exits with 1", async () => {
  using small = await kept();
  const expected = JSON.parse(expectedOf(small));
  const forged = "0".repeat(64);
  const steps = expected.experiments.small.stages.train.steps;
  const real = steps[2]["checkpoint/2.weight"];
  steps[2]["checkpoint/2.weight"] = forged;
  expected.experiments.small.files["history.csv"] = forged;
  small.write("expected.json", expected);
  const { code, stdout, stderr } = await reproduceIn(small.folder, [small.config]);
  assertEquals({ code, stderr }, { code: 1, stderr: "" });
  assertMatch(stdout, /^small +differs/);
  assertStringIncludes(stdout, "  first     train, epoch 2, checkpoint/2.weight\n");
  assertStringIncludes(stdout, `  expected  ${forged}\n`);
  assertStringIncludes(stdout, `  found     ${real}\n`);
  assertMatch(stdout, /the \d+ digests before it are the same; 2 of all \d+ differ/);
});

Deno.test("reproduce prints the values of an experiment that changed since its digests were computed", async () => {
  using small = await kept();
  const experiment = small.experiment;
  experiment.pipeline.train.epochs = 3;
  small.write("small.json", experiment);
  const { code, stdout } = await reproduceIn(small.folder, [small.config]);
  assertEquals(code, 1);
  assertMatch(stdout, /^small +changed/);
  assertStringIncludes(stdout, "pipeline.train.epochs: 2 → 3");
  assertStringIncludes(stdout, "--update");
});

Deno.test("reproduce --update keeps the digests of other experiments, and writes nothing when a run fails", async () => {
  using small = await kept();
  const { name: _, ...experiment } = small.experiment;
  mustBeDone(await reproduceIn(small.folder, ["--update", small.write("another.json", experiment)]));
  const both = JSON.parse(expectedOf(small)).experiments;
  assertEquals(Object.keys(both), ["another", "small"]);
  assertEquals(both.another.stages, both.small.stages);

  const before = expectedOf(small);
  const bad = structuredClone(experiment);
  bad.pipeline.train.optimizer = { name: "sgd", lr: 1e30 };
  bad.pipeline.train.loss = { clamp: 0 };
  const third = small.write("third.json", experiment);
  const { code, stdout, stderr } = await reproduceIn(small.folder, ["--update", small.write("bad.json", bad), third]);
  assertEquals(code, 1);
  assertMatch(stderr, /^error: bad, stage train: The loss became/);
  assertMatch(stdout, /^third +updated/);
  assertEquals(expectedOf(small), before);
});

Deno.test("reproduce exits with 2 for experiments without digests, and for invalid digests", async () => {
  using small = await kept();
  const other = small.write("other.json", { ...small.experiment, name: "other" });
  const unknown = await reproduceIn(small.folder, [other]);
  assertEquals([unknown.code, unknown.stdout], [2, ""]);
  assertStringIncludes(unknown.stderr, "has no digests of other");
  assertStringIncludes(unknown.stderr, "--update");

  for (const text of ["{", "[]", '{"experiments": {"small": {}}}', '{"experiments": {"small": {"stages": 1}}}']) {
    small.write("expected.json", text);
    const broken = await reproduceIn(small.folder, [small.config]);
    assertEquals([broken.code, broken.stdout], [2, ""], text);
    assertStringIncludes(broken.stderr, "does not hold expected digests");
  }
  Deno.removeSync(small.path("expected.json"));
  const none = await reproduceIn(small.folder, []);
  assertEquals(none.code, 2);
  assertStringIncludes(none.stderr, "There are no expected digests");
  assert(!none.stderr.includes("    at "), none.stderr);
});

/** A stage that makes up a dataset. */
const MADE_UP = `import { z } from "zod";
import { defineStage } from "../../define/define_stage.ts";
import { encodeJson } from "../../formats/json.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { Dataset, dataset } from "../kinds/dataset_kind.ts";

export const toy = defineStage({
  name: "toy",
  version: 1,
  about: "A dataset that is made up.",
  source: import.meta.url,
  params: () => z.strictObject({}),
  inputs: {},
  outputs: { dataset },
  run() {
    const images = encodeNpy("u1", [30, 4], Uint8Array.from({ length: 120 }, (_, i) => (i * 79) % 256));
    const labels = encodeNpy("u1", [30], Uint8Array.from({ length: 30 }, (_, i) => i % 3));
    const table = encodeNpy("f4", [256], Float32Array.from({ length: 256 }, (_, i) => i / 255));
    const [train, test] = [{ train_images: images, train_labels: labels }, { test_images: images, test_labels: labels }];
    return { dataset: new Dataset({ ...train, ...test, table, example_shape: encodeJson([2, 2]) }) };
  },
});
`;

Deno.test("reproduce recomputes experiments that download nothing", async () => {
  using small = makeSmallDataset();
  const project = small.path("project");
  copyProject(project);
  Deno.writeTextFileSync(join(project, "pipeline/classifier/stages/toy.ts"), MADE_UP);
  const pipeline = join(project, "pipeline/classifier/pipeline.ts");
  edit(pipeline, "stages: [download,", "stages: [toy, download,");
  edit(pipeline, "import { train } from", 'import { toy } from "./stages/toy.ts";\nimport { train } from');
  const train = { model: ["linear(4,3)", "softmax"], optimizer: { name: "sgd", lr: 0.1 }, epochs: 2 };
  const file = small.write("toy.json", {
    name: "toy",
    chain: ["toy", "normalize", "batch", "train"],
    pipeline: { toy: {}, normalize: {}, batch: { size: 9 }, train },
  });
  mustBeDone(await reproduceIn(small.folder, ["--update", file], project));
  const outcome = await reproduceIn(small.folder, [file], project);
  mustBeDone(outcome);
  assertMatch(outcome.stdout, /^toy +same +2 epochs/);
});
