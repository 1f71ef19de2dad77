/** What notes of trials are kept by, and what tells one sweep from another. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import type { CodeReader } from "../../../pipeline/engine/keys/code.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { completeSweep } from "../../../pipeline/sweeps/complete_sweep.ts";
import { sweepTrials } from "../../../pipeline/sweeps/sweep_trials.ts";
import { makeSmallDataset, type RawExperiment, type SmallDataset } from "../../small_dataset.ts";

/** The trials of a sweep over two learning rates; `code` stands for the text of all stages. */
function trialsOf(small: SmallDataset, change: (experiment: RawExperiment) => void = () => {}, code = "code") {
  const { pipeline, ...rest } = small.experiment;
  const experiment = { ...rest, pipeline: { ...pipeline, split: { validation: 64 } } };
  change(experiment);
  const sweep = { method: "grid", parameters: { "train.optimizer.lr": { values: [0.1, 0.2] } }, seeds: "0..1" };
  const loaded = loadExperiment(classifier, small.write("swept.json", { ...experiment, sweep }), []);
  const pins = { seen: [], advice: {}, open: [], kept: new Map() };
  return sweepTrials({
    pipeline: classifier,
    code: { digest: () => ({ digest: code }) } as unknown as CodeReader,
    sweep: completeSweep(classifier, loaded),
    ...{ loaded, overrides: [], folders: [small.folder], experiment: { ...loaded, pins } },
    pin: (trial) => Promise.resolve({ ...trial, pins }),
  });
}

Deno.test("a trial's notes are its own: its values, its seed, the experiment and the code decide, its name does not", async () => {
  using small = makeSmallDataset();
  const own = await trialsOf(small).subject(0, 0);
  assertEquals(await trialsOf(small, (one) => one.name = "renamed").subject(0, 0), own);
  const others = [
    await trialsOf(small).subject(1, 0),
    await trialsOf(small).subject(0, 1),
    await trialsOf(small, (one) => one.pipeline.batch = { size: 32 }).subject(0, 0),
    await trialsOf(small, () => {}, "edited").subject(0, 0),
  ];
  assertEquals(new Set([own, ...others]).size, 5);
});

Deno.test("processes that have loaded different experiments or code do not take part in the same sweep", async () => {
  using small = makeSmallDataset();
  const own = await trialsOf(small).identity();
  assertEquals(await trialsOf(small).identity(), own);
  assertNotEquals(await trialsOf(small, (one) => one.pipeline.batch = { size: 32 }).identity(), own);
  assertNotEquals(await trialsOf(small, (one) => one.name = "renamed").identity(), own);
  assertNotEquals(await trialsOf(small, () => {}, "edited").identity(), own);
});
