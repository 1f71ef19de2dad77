import { assertMatch, assertThrows } from "@std/assert";
import { ResultsError } from "../../../pipeline/engine/run_errors.ts";
import { readTrainedModel } from "../../../pipeline/results/trained_model.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { finishRun } from "./finished_run.ts";

Deno.test("readTrainedModel() says that a run without training has no model", async () => {
  using small = makeSmallDataset();
  const { pipeline: { download } } = small.experiment;
  const experiment = { name: "untrained", chain: ["download", "tensorize"], pipeline: { download } };
  const config = small.write("untrained.json", experiment);
  const finished = await finishRun(config, small.path("cache"));
  const folder = small.path("untrained");
  await finished.writeTo(folder);
  assertMatch(assertThrows(() => readTrainedModel(folder), ResultsError).message, /trained no model: it wrote no/);
});
