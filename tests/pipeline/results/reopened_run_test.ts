import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { ResultsError } from "../../../pipeline/engine/run_errors.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { exportsOf } from "../../../pipeline/results/results.ts";
import { reopenRun } from "../../../pipeline/results/reopened_run.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { finishRun } from "./finished_run.ts";
import { writtenRun } from "./written_run.ts";

Deno.test("a run that is opened again has the figures, columns and exports of the run itself", async () => {
  using written = await writtenRun();
  const { run, store } = written.run;
  const reopened = reopenRun(classifier, written.folder, store);
  assertEquals(reopened.name, run.name);
  assertEquals(reopened.epochs, run.epochs);
  assertEquals(reopened.columns, run.columns);
  assertEquals(reopened.figures, run.figures);
  assertEquals(exportsOf(classifier, reopened), exportsOf(classifier, run));
});

Deno.test("a run is opened again whose epochs were stored by a longer one", async () => {
  using small = makeSmallDataset({ epochs: 3 });
  const cache = small.path("cache");
  await finishRun(small.config, cache);
  const { run, writeTo } = await finishRun(small.config, cache, ["train.epochs=1"]);
  await writeTo(small.path("shorter"));
  assertEquals(reopenRun(classifier, small.path("shorter"), new Store(cache)).figures, run.figures);
});

Deno.test("what the store lacks, or has with other bytes, is named with the command that computes it again", async () => {
  using small = makeSmallDataset({ train: 64, test: 32, epochs: 1 });
  const cache = small.path("cache");
  const { run, store, writeTo } = await finishRun(small.config, cache);
  const folder = small.path("results");
  await writeTo(folder);
  const { digest } = run.artifact("checkpoint");
  const path = store.artifactPath(digest);
  const message =
    `${cache} does not have what the stage train of small has computed. Run it again to restore it: deno task run`;
  const refused = () => {
    const error = assertThrows(() => reopenRun(classifier, folder, new Store(cache)), ResultsError, message);
    assertEquals(error.message.endsWith("/small.json"), true, error.message);
  };
  Deno.chmodSync(path, 0o644);
  const bytes = Deno.readFileSync(path);
  bytes[bytes.length - 1] ^= 1;
  Deno.writeFileSync(path, bytes);
  refused();
  Deno.removeSync(path);
  refused();
  Deno.removeSync(small.config);
  const gone = assertThrows(() => reopenRun(classifier, folder, new Store(cache)), ResultsError);
  assertEquals(gone.message.endsWith("Run its experiment again to restore it."), true, gone.message);
});

Deno.test("results that were edited or damaged are not opened, whichever of their files it is", async () => {
  for (const name of ["metrics.json", "weights.safetensors", "manifest.json", "experiment.json"]) {
    using written = await writtenRun();
    const path = written.path(name);
    const bytes = Deno.readFileSync(path);
    bytes[bytes.length - 5] ^= 1;
    Deno.writeFileSync(path, bytes);
    const open = () => reopenRun(classifier, written.folder, written.run.store);
    assertThrows(open, ResultsError, `${path} was edited since: it is not what the run wrote. Run it`);
  }
  for (const name of ["manifest.json", "experiment.json"]) {
    using written = await writtenRun();
    Deno.removeSync(written.path(name));
    const open = () => reopenRun(classifier, written.folder, written.run.store);
    assertThrows(open, ResultsError, `${written.path(name)} is missing.`);
  }
});

Deno.test("results that come from elsewhere are checked, too: a manifest leads to no other files", async () => {
  using written = await writtenRun();
  const manifest = JSON.parse(Deno.readTextFileSync(written.path("manifest.json")));
  manifest.stages[0].outputs.train_images = "../../etc/passwd";
  Deno.writeTextFileSync(written.path("manifest.json"), JSON.stringify(manifest));
  // Without a run.json, it is not known what the run wrote.
  Deno.removeSync(written.path("run.json"));
  const open = () => reopenRun(classifier, written.folder, new Store(join(written.folder, "none")));
  assertThrows(open, ResultsError, "manifest.json is damaged");
});

Deno.test("a stage that is not defined any more is named", async () => {
  using written = await writtenRun();
  const pipeline = { ...classifier, stages: classifier.stages.filter(({ name }) => name !== "validate") };
  const open = () => reopenRun(pipeline, written.folder, written.run.store);
  assertThrows(open, ResultsError, "has a stage validate, which is not defined any more");
});
