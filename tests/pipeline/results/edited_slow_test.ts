import { assert, assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { basename, dirname, join } from "node:path";
import { compareRuns } from "../../../pipeline/compare/compare_runs.ts";
import { comparisonReport } from "../../../pipeline/compare/comparison_report.ts";
import { findRuns } from "../../../pipeline/compare/find_runs.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { collectGarbage } from "../../../pipeline/engine/cache/gc.ts";
import { verifyStore } from "../../../pipeline/engine/cache/verify.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { asStoreError } from "../../../pipeline/engine/store/store_failure.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { ResultsError } from "../../../pipeline/engine/run_errors.ts";
import { readTrainedModel } from "../../../pipeline/results/trained_model.ts";
import type { RunJson } from "../../../pipeline/results/run_json.ts";
import { editedFiles, writtenFiles } from "../../../pipeline/results/written_files.ts";
import { listedRuns } from "../../../pipeline/ui/listed_runs.ts";
import { followAll } from "../../../pipeline/ui/live_runs.ts";
import { TERMS } from "../compare/fake_runs.ts";
import { finishRun } from "./finished_run.ts";
import { digestsIn, PICTURES, readJson, TABLES, type WrittenRun, writtenRun } from "./written_run.ts";

const FILES = [...TABLES, ...PICTURES].filter((name) => name !== "run.json");

/** Changes a file so that it stays what it was, as far as possible: figures of JSON become 1. */
function edit({ path }: WrittenRun, name: string): void {
  const bytes = Deno.readFileSync(path(name));
  if (name === "metrics.json") {
    Deno.writeTextFileSync(path(name), JSON.stringify({ ...readJson(path(name)), accuracy: 1 }));
  } else Deno.writeFileSync(path(name), new Uint8Array([...bytes, 32]));
}

/** Writes a file's digest to run.json. */
function forge({ path }: WrittenRun, name: string): void {
  const run = readJson<RunJson>(path("run.json"));
  const files = { ...run.files, [name]: digestOfBytes(Deno.readFileSync(path(name))) };
  Deno.writeTextFileSync(path("run.json"), JSON.stringify({ ...run, files }));
}

Deno.test("writeResults() restores every file that was edited together with its digest in run.json", async () => {
  using written = await writtenRun();
  const before = digestsIn(written.folder);
  for (const name of FILES) {
    edit(written, name);
    forge(written, name);
    assertStrictEquals(await written.run.writeTo(written.folder), "written", name);
    assertEquals(digestsIn(written.folder), before, name);
    assertStrictEquals(await written.run.writeTo(written.folder), "unchanged", name);
  }
});

Deno.test("writeResults() checks tables against the artifacts if the cache does not remember what it wrote", async () => {
  using written = await writtenRun();
  using folder = {
    path: Deno.makeTempDirSync(),
    [Symbol.dispose]: () => Deno.removeSync(folder.path, { recursive: true }),
  };
  const before = digestsIn(written.folder);
  const fresh = await finishRun(written.config, join(folder.path, "cache"));
  assertStrictEquals(await fresh.writeTo(written.folder), "unchanged");
  for (const name of ["metrics.json", "history.csv", "predictions.csv", "weights.safetensors", "experiment.json"]) {
    edit(written, name);
    forge(written, name);
    assertStrictEquals(await fresh.writeTo(written.folder), "written", name);
    assertEquals(digestsIn(written.folder), before, name);
    Deno.removeSync(join(folder.path, "cache/records/results"), { recursive: true });
  }
});

Deno.test("writeResults() writes results with a cache that is read-only", async () => {
  using written = await writtenRun();
  const { store } = written.run;
  const writeDurably = (path: string) => {
    throw asStoreError(path, Object.assign(new Error("Read-only file system (os error 30)"), { code: "EROFS" }));
  };
  const io = { ...diskIo(store.root), writeDurably };
  const before = digestsIn(written.folder);
  Object.assign(store, { io });
  try {
    Deno.removeSync(written.path("metrics.json"));
    assertStrictEquals(await written.run.writeTo(written.folder), "written");
    assertEquals(digestsIn(written.folder), before);
  } finally {
    Object.assign(store, { io: diskIo(store.root) });
  }
});

Deno.test("compare, report and ui say which file was edited since, forged or not", async () => {
  using written = await writtenRun();
  const cache = written.run.store.root;
  const results = dirname(written.folder);
  const found = () => findRuns([basename(written.folder)], { pipeline: classifier, results, cache });
  const notes = () => {
    using logs = followAll(results);
    return listedRuns(classifier, results, logs, cache).map(({ note }) => note);
  };
  assertEquals([found().warnings, notes()], [[], [""]]);
  for (const name of ["metrics.json", "experiment.json"]) {
    for (const isForged of [false, true]) {
      edit(written, name);
      if (isForged) forge(written, name);
      const { runs, warnings } = found();
      assertEquals(warnings.length, 1, `${name} ${isForged}`);
      assert(warnings[0].startsWith(`${join(written.folder, name)} was edited since`), warnings[0]);
      const { tables: [{ about }] } = comparisonReport(compareRuns(runs, TERMS), runs, TERMS);
      assertMatch(about, new RegExp(`${name} was edited since`));
      assertEquals(notes(), ["edited since"]);
      await written.run.writeTo(written.folder);
    }
  }
  edit(written, "history.csv");
  forge(written, "history.csv");
  const { runs } = found();
  const { notes: [note] } = comparisonReport(compareRuns(runs, TERMS), runs, TERMS);
  assertMatch(note, /history\.csv was edited since/);
});

Deno.test("readTrainedModel() refuses weights that were edited, forged or not, and says which file", async () => {
  using written = await writtenRun();
  const remembered = writtenFiles(written.run.store);
  for (const name of ["weights.safetensors", "normalize.npy"]) {
    edit(written, name);
    assertThrows(() => readTrainedModel(written.folder), ResultsError, `${name} is not what the run wrote`);
    forge(written, name);
    assertThrows(() => readTrainedModel(written.folder, remembered), ResultsError, `${name} was edited since`);
    await written.run.writeTo(written.folder);
    readTrainedModel(written.folder, remembered);
  }
});

Deno.test("editedFiles() says that run.json is damaged or lists nothing", async () => {
  using written = await writtenRun();
  const run = readJson(written.path("run.json"));
  const bytes = Deno.readFileSync(written.path("metrics.json"));
  for (
    const text of ["{", "null", "[]", JSON.stringify({ ...run, files: {} }), JSON.stringify({ ...run, files: 1 })]
  ) {
    Deno.writeTextFileSync(written.path("run.json"), text);
    const [said, ...more] = editedFiles(written.folder, { "metrics.json": bytes });
    assertMatch(
      said,
      /metrics\.json may have been edited since: .*run\.json is damaged or does not have its SHA-256/,
    );
    assertEquals(more, []);
  }
});

Deno.test("editedFiles() takes what either version of the report wrote, and needs no cache", async () => {
  using written = await writtenRun();
  const { store } = written.run;
  const manifest = digestOfBytes(Deno.readFileSync(written.path("manifest.json")));
  const [own] = writtenFiles(store).get(manifest)!;
  const files = Object.fromEntries(FILES.map((name) => [name, Deno.readFileSync(written.path(name))]));
  const both = new Map([[manifest, [{ ...own, "metrics.json": "0".repeat(64) }, own]]]);
  assertEquals(editedFiles(written.folder, files, both), []);
  assertEquals(editedFiles(written.folder, files), []);
  assertEquals(editedFiles(written.folder, files, writtenFiles(new Store(written.path("absent")))), []);
});

Deno.test("what a cache remembers of results is verified, and removed with their artifacts", async () => {
  using written = await writtenRun();
  using folder = {
    path: Deno.makeTempDirSync(),
    [Symbol.dispose]: () => Deno.removeSync(folder.path, { recursive: true }),
  };
  const cache = join(folder.path, "cache");
  const fresh = await finishRun(written.config, cache);
  await fresh.writeTo(join(folder.path, "results/small"));
  const store = new Store(cache);
  assertEquals([verifyStore(store).isGood, writtenFiles(store).size], [true, 1]);
  const [{ name }] = [...Deno.readDirSync(`${cache}/records/results`)];
  const path = `${cache}/records/results/${name}`;
  const text = Deno.readTextFileSync(path);
  Deno.chmodSync(path, 0o644);
  Deno.writeTextFileSync(path, text.replace(/"metrics.json": "./, '"metrics.json": "x'));
  assertEquals([verifyStore(store).damagedRecords, writtenFiles(store).size], [[path], 0]);
  Deno.writeTextFileSync(path, text);
  assertEquals(collectGarbage(store, { days: 1 }, () => new Set()).records, []);
  collectGarbage(store, {}, () => new Set());
  assertEquals(writtenFiles(store).size, 0);
});
