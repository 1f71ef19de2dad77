/** What ARCHITECTURE.md promises under "To add X, write Y": a definition is one file, and all else follows from it. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { extendPipeline, type Pipeline } from "../../../pipeline/define/define_pipeline.ts";
import { DefinitionError } from "../../../pipeline/engine/run_errors.ts";
import { codeOf } from "../code_of.ts";
import { describeCue } from "../../../pipeline/engine/why/cue_text.ts";
import { makePlanner } from "../../../pipeline/engine/run/plan.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { graphOf } from "../../../pipeline/experiment/chain.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { experimentJsonSchema } from "../../../pipeline/experiment/schema.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import type { Written } from "../../../pipeline/results/results.ts";
import { finishRun } from "../results/finished_run.ts";
import { adagrad } from "./definitions/adagrad.ts";
import { elu } from "./definitions/elu.ts";
import { extendedIn, writeExtendedExperiment } from "./extended.ts";

/** What an edit of a definition's file decides: the stages that run again. Nobody names a figure to compute a stage. */
const RUN_AGAIN = {
  "elu.ts": ["train", "validate"],
  "adagrad.ts": ["train"],
  "noise.ts": ["noise"],
  "text_format.ts": ["tensorize"],
  "macro_f1.ts": [],
  "confusion_csv.ts": [],
};

Deno.test("the JSON Schema offers the definitions that a pipeline gets", () => {
  using small = makeSmallDataset();
  const schema = JSON.stringify(experimentJsonSchema(extendedIn(small.path("mine"))));
  const before = JSON.stringify(experimentJsonSchema(classifier));
  for (const part of ['\\"elu\\"', '"const":"adagrad"', '"noise":{', '"text"']) {
    assert(schema.includes(part), part);
    assert(!before.includes(part), part);
  }
});

Deno.test("an experiment that names definitions which the pipeline lacks is refused", () => {
  using small = makeSmallDataset();
  const config = writeExtendedExperiment(small);
  const message = assertThrows(() => loadExperiment(classifier, config, []), Error).message;
  assertStringIncludes(message, '"noise"');
});

Deno.test("a layer, an optimizer, a stage and a format run, are stored, and run again when their files are edited", async () => {
  using small = makeSmallDataset();
  const config = writeExtendedExperiment(small);
  const folder = small.path("mine");
  const pipeline = extendedIn(folder);
  const cache = small.path("cache");
  const results = small.path("results");
  const actions = async (written: Written) => {
    const finished = await finishRun(config, cache, [], pipeline);
    assertEquals(await finished.writeTo(results), written);
    return Object.fromEntries(finished.run.stages.map(({ stage, action }) => [stage, action]));
  };
  const first = await actions("written");
  const stages = Object.keys(first);
  assertEquals(Object.values(first), stages.map(() => "run"));
  assertEquals(Object.values(await actions("unchanged")), stages.map(() => "hit"));

  for (const [file, again] of Object.entries(RUN_AGAIN)) {
    const path = join(folder, file);
    Deno.writeTextFileSync(path, `${Deno.readTextFileSync(path)}export const edited = true;\n`);
    const planned = (await plan(pipeline, config, cache)).filter(({ cues }) => cues.length > 0);
    assertEquals(planned.map(({ stage }) => stage), again, `explain after an edit of ${file}`);
    for (const { cues } of planned) assertEquals(cues.map(describeCue), [`code: mine:${file} changed`]);
    // Of an edited figure, chart or export, no stage knows: the results are written again.
    const after = await actions("written");
    assertEquals(stages.filter((stage) => after[stage] !== "hit"), again, `run after an edit of ${file}`);
  }
});

Deno.test("a figure that a pipeline loses, or describes in another way, changes the results", async () => {
  using small = makeSmallDataset();
  const write = async (pipeline: Pipeline) => {
    const finished = await finishRun(small.config, small.path("cache"), [], pipeline);
    return finished.writeTo(small.path("results"));
  };
  const [first, ...others] = classifier.figures;
  assertEquals(await write(classifier), "written");
  assertEquals(await write({ ...classifier }), "unchanged");
  assertEquals(await write({ ...classifier, figures: others }), "written");
  assertEquals(await write({ ...classifier, figures: [{ ...first, about: "Something else." }, ...others] }), "written");
  assertEquals(await write({ ...classifier, charts: classifier.charts.toReversed() }), "written");
});

Deno.test("the same keys belong to the same bytes, whichever loss a pipeline lists first", async () => {
  using small = makeSmallDataset();
  const [crossEntropy] = classifier.losses;
  const pipeline = { ...classifier, losses: [{ ...crossEntropy, name: "another" }, crossEntropy] };
  const sets = ['train.loss={"name":"cross-entropy"}'];
  const runs = [
    await finishRun(small.config, small.path("one"), sets, classifier),
    await finishRun(small.config, small.path("other"), sets, pipeline),
  ];
  const [one, other] = runs.map(({ run }) => run.stages.map(({ key, record }) => [key, record.outputs, record.each]));
  assertEquals(one, other);
});

Deno.test("keys do not depend on where the files of the definitions are", async () => {
  using small = makeSmallDataset();
  const config = writeExtendedExperiment(small);
  const keys = [];
  for (const folder of ["here", "there"]) {
    const { run } = await finishRun(config, small.path("cache"), [], extendedIn(small.path(folder)));
    keys.push(run.stages.map(({ key }) => key));
  }
  assertEquals(keys[0], keys[1]);
});

Deno.test("two definitions of one name are refused", () => {
  assertThrows(
    () => extendPipeline(classifier, { optimizers: [adagrad, adagrad] }),
    DefinitionError,
    'optimizers are named "adagrad"',
  );
  assertThrows(() => extendPipeline(classifier, { layers: [elu, elu] }), DefinitionError, 'layers are named "elu"');
});

async function plan(pipeline: Pipeline, config: string, cache: string) {
  const { experiment, params } = loadExperiment(pipeline, config, []);
  const parts = { graph: graphOf(pipeline, experiment), params, library: pipeline };
  return makePlanner(new Store(cache), await codeOf(pipeline), new Set())(parts);
}
