import { assertEquals, assertStrictEquals } from "@std/assert";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { manifestOf } from "../../../pipeline/results/manifest.ts";
import type { StageResult } from "../../../pipeline/engine/run/run_options.ts";
import { finishRun } from "../results/finished_run.ts";
import { firstRows, makeSmallDataset } from "../../small_dataset.ts";

const MOMENTUM = 'train.optimizer={"name":"sgd","lr":0.05,"momentum":0.9,"nesterov":true,"weight_decay":0.001}';
const VARIANTS: Record<string, string[]> = {
  "plain SGD": [],
  "momentum and a short last batch": [MOMENTUM, "batch.size=60"],
  "dampening": ['train.optimizer={"name":"sgd","lr":0.05,"momentum":0.9,"dampening":0.5}'],
};

/** The outcome of a stage, and its first computed step. */
function happened(stages: readonly StageResult[], name: string): string {
  const { action, steps } = stages.find(({ stage }) => stage === name)!;
  return steps === undefined ? action : `${action} from ${steps.first}`;
}

for (const [variant, sets] of Object.entries(VARIANTS)) {
  Deno.test(`train and validate have the same bytes if they resume, with ${variant}, as without interruption`, async () => {
    using small = makeSmallDataset();
    const run = async (cache: string, epochs: number) => {
      const { run } = await finishRun(small.config, small.path(cache), [...sets, `train.epochs=${epochs}`]);
      return { stages: run.stages, manifest: manifestOf("run", run.stages) };
    };
    const straight = await run("straight", 4);
    for (const first of [0, 1, 3]) {
      await run(`from-${first}`, first);
      const longer = await run(`from-${first}`, 4);
      assertEquals(longer.manifest, straight.manifest, `after ${first} epochs`);
      assertStrictEquals(happened(longer.stages, "train"), `continue from ${first + 1}`);
      assertStrictEquals(happened(longer.stages, "validate"), `continue from ${first + 1}`);
    }
    const shorter = await run("straight", 2);
    assertStrictEquals(happened(shorter.stages, "train"), "hit", "all of its epochs are stored");
  });
}

Deno.test("train is a hit if only the test set has changed, which it never sees", async () => {
  using small = makeSmallDataset();
  const first = await finishRun(small.config, small.path("cache"));

  const experiment = small.experiment;
  for (const role of ["test_images", "test_labels"] as const) {
    const bytes = firstRows(role, 100);
    const name = `other-${role}`;
    Deno.writeFileSync(`${small.data}/${name}`, bytes);
    (experiment.pipeline.download.files as Record<string, unknown>)[role] = { name, sha256: digestOfBytes(bytes) };
  }
  const other = await finishRun(small.write("other.json", experiment), small.path("cache"));
  assertEquals(
    ["tensorize", "train", "validate"].map((stage) => happened(other.run.stages, stage)),
    ["run", "hit", "run from 0"],
  );
  assertStrictEquals(other.run.figures.total[0], 100);
  assertStrictEquals(first.run.figures.total[0], 128);
});
