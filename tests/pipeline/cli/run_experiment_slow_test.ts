/** runExperiment() does what the command line does, and tells a program about it. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { runExperiment } from "../../../pipeline/library/run_experiment.ts";
import { makeSmallDataset } from "../../small_dataset.ts";

Deno.test("runExperiment() resolves to a run for each seed, and to stored ones the second time", async () => {
  using small = makeSmallDataset();
  const places = { results: small.path("results"), cache: small.path("cache") };
  const options = { ...places, seeds: [0, 3], jobs: 2, set: { "train.epochs": 1 } };
  const first = await runExperiment(small.config, options);
  assertEquals(first.map(({ name }) => name).sort(), ["small@seed=3,train.epochs=1", "small@train.epochs=1"]);
  for (const { name, folder, figures, stages } of first) {
    assertEquals(folder, small.path(`results/${name}`));
    const { run, epochs, ...written } = JSON.parse(Deno.readTextFileSync(`${folder}/metrics.json`));
    assertEquals([run, epochs, written], [name, 1, figures]);
    assertEquals(stages.map(({ stage }) => stage), [
      "download",
      "tensorize",
      "normalize",
      "batch",
      "train",
      "validate",
    ]);
    assert(stages.every(({ key }) => /^[0-9a-f]{64}$/.test(key)));
  }
  const actions = async (more: Parameters<typeof runExperiment>[1] = {}) => {
    const [run] = await runExperiment(small.config, { ...places, set: { "train.epochs": 1 }, ...more });
    return run.stages.map(({ action }) => action).join(" ");
  };
  assertEquals(await actions(), "hit hit hit hit hit hit");
  assertEquals(await actions({ force: ["batch"] }), "hit hit hit run hit hit");
  assertEquals(await actions({ set: { "train.epochs": 2 } }), "hit hit hit hit continue continue");
});

Deno.test("runExperiment() rejects with what the command line says, or with the signal's reason", async () => {
  using small = makeSmallDataset();
  const places = { results: small.path("results"), cache: small.path("cache") };
  const unknown = await assertRejects(
    () => runExperiment(small.config, { ...places, set: { "train.epoch": 1 } }),
    Error,
  );
  assertStringIncludes(unknown.message, 'did you mean "epochs"?');
  assert(!unknown.message.includes("error:"));
  await assertRejects(() => runExperiment(small.path("none.json"), places), Error, "there is no such file");
  const signal = AbortSignal.timeout(1500);
  const started = performance.now();
  const long = () => runExperiment(small.config, { ...places, set: { "train.epochs": 100_000 }, signal });
  await assertRejects(long, DOMException, "timeout");
  assert(performance.now() - started < 4000, "it stops within a second or so");
});
