import { assert, assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { decodeNpy } from "../../../pipeline/formats/npy.ts";
import { decodeSafetensors } from "../../../pipeline/formats/safetensors.ts";
import type { RunJson } from "../../../pipeline/results/run_json.ts";
import { cellsOf } from "../../../pipeline/classifier/kinds/confusion_matrix.ts";
import type { EpochMetrics, Evaluation } from "../../../pipeline/classifier/kinds/json_kinds.ts";
import { FACTS } from "./finished_run.ts";
import { digestsIn, PICTURES, readJson, TABLES, TEST_ROWS, writtenRun } from "./written_run.ts";
import { readableFolders } from "../../../pipeline/experiment/folders.ts";

/** The rows of a CSV file, cell by cell, its header first. */
function csv(path: string): string[][] {
  const text = Deno.readTextFileSync(path);
  assert(text.endsWith("\n") && !text.endsWith("\n\n") && !text.includes("\r"));
  return text.trimEnd().split("\n").map((line) => line.split(","));
}

Deno.test("writeResults() writes the tables, the weights and the pictures, and nothing else", async () => {
  using written = await writtenRun();
  assertEquals([...Deno.readDirSync(written.folder)].map(({ name }) => name).sort(), [...TABLES, ...PICTURES].sort());
  assertEquals([...Deno.readDirSync(join(written.folder, ".."))].map(({ name }) => name), ["small"]);
  for (const picture of PICTURES) {
    const start = picture.endsWith(".svg") ? [...new TextEncoder().encode("<svg")] : [0x89, 0x50, 0x4e, 0x47];
    assertEquals([...Deno.readFileSync(written.path(picture)).subarray(0, 4)], start, picture);
  }
});

Deno.test("metrics.json has the final figures at its top level", async () => {
  using written = await writtenRun();
  const { figures } = written.run.run;
  const metrics = readJson(written.path("metrics.json"));
  assertEquals(Object.keys(metrics), [
    "run",
    "epochs",
    "parameters",
    "accuracy",
    "correct",
    "total",
    "mean_batch_accuracy",
    "loss",
    "loss_per_image",
    "train_loss",
    "train_accuracy",
    "train_clamped",
    "classes_predicted",
    "never_predicted",
    "classes",
    "confusion",
  ]);
  const { accuracy, correct, total, loss, epochs, parameters, run } = metrics;
  assertEquals({ run, epochs, parameters, total }, {
    run: "small",
    epochs: 2,
    parameters: 784 * 8 + 8 + 80 + 10,
    total: TEST_ROWS,
  });
  assertStrictEquals(accuracy, (correct as number) / TEST_ROWS);
  assertEquals([correct, loss, metrics.train_loss], [figures.correct[2], figures.loss[2], figures.train_loss[2]]);
});

Deno.test("history.csv has a row per epoch, and an empty training loss for the untrained model", async () => {
  using written = await writtenRun();
  const [header, ...rows] = csv(written.path("history.csv"));
  assertStrictEquals(
    header.join(","),
    "epoch,train_loss,test_accuracy,test_mean_batch_accuracy,test_correct,test_loss,test_loss_per_image,train_accuracy,train_clamped,test_classes_predicted",
  );
  assertEquals(rows.map(([epoch]) => epoch), ["0", "1", "2"]);
  assertEquals([rows[0][1], rows[0][7], rows[0][8]], ["", "", ""]);
  const { run } = written.run;
  const evaluations = run.each<Evaluation>("evaluation");
  const training = run.each<EpochMetrics>("metrics");
  rows.forEach((row, epoch) => {
    const { accuracy, mean_batch_accuracy, correct, loss, loss_per_image, confusion } = evaluations[epoch];
    assertEquals(row.slice(2, 7).map(Number), [accuracy, mean_batch_accuracy, correct, loss, loss_per_image]);
    const predicted = new Set(cellsOf(confusion).map(([, predicted]) => predicted));
    assertStrictEquals(Number(row[9]), predicted.size);
    if (epoch > 0) {
      const { train_loss, train_accuracy, train_clamped } = training[epoch];
      assertEquals([row[1], row[7], row[8]].map(Number), [train_loss, train_accuracy, train_clamped]);
    }
  });
});

Deno.test("predictions.csv has a row per test image, with probabilities that sum to 1 and the truth beside them", async () => {
  using written = await writtenRun();
  const { run: { run } } = written;
  const [header, ...rows] = csv(written.path("predictions.csv"));
  assertStrictEquals(header.join(","), "row,label,predicted,correct,probability,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9");
  const labels = decodeNpy(run.artifact("test_labels").bytes(), "labels").data;
  const exact = decodeNpy(run.artifact("predictions").bytes(), "predictions").data;
  assertStrictEquals(rows.length, TEST_ROWS);
  rows.map((row) => row.map(Number)).forEach(([row, label, predicted, correct, probability, ...all], i) => {
    assertEquals([row, label, correct], [i, labels[i], label === predicted ? 1 : 0]);
    assertStrictEquals(probability, Math.max(...all));
    assertStrictEquals(predicted, all.indexOf(probability));
    assertAlmostEquals(all.reduce((sum, p) => sum + p, 0), 1, 1e-5);
    all.forEach((p, c) => assertStrictEquals(Math.fround(p), exact[i * 10 + c], "the float32, to the bit"));
  });
  const correct = rows.filter((row) => row[3] === "1").length;
  assertStrictEquals(readJson(written.path("metrics.json")).correct, correct);
});

Deno.test("weights.safetensors is the last checkpoint", async () => {
  using written = await writtenRun();
  const bytes = Deno.readFileSync(written.path("weights.safetensors"));
  const train = written.run.run.stages.find(({ stage }) => stage === "train")!;
  assertStrictEquals(digestOfBytes(bytes), train.record.each!.checkpoint.at(-1)!.digest);
  assertEquals(
    decodeSafetensors(bytes, "weights").tensors.map(({ name, shape }) => [name, shape]),
    [["0.weight", [8, 784]], ["0.bias", [8]], ["2.weight", [10, 8]], ["2.bias", [10]]],
  );
});

Deno.test("manifest.json names every stage, and the digests of the bytes that are stored", async () => {
  using written = await writtenRun();
  const { run: { store, run } } = written;
  const manifest = readJson<{ run: string; stages: ManifestStage[] }>(written.path("manifest.json"));
  assertStrictEquals(manifest.run, "small");
  const names = ["download", "tensorize", "normalize", "batch", "train", "validate"];
  assertEquals(manifest.stages.map(({ stage }) => stage), names);
  const known = new Set<string>();
  for (const { stage, key, inputs, outputs } of manifest.stages) {
    for (const digest of Object.values(inputs).flat()) {
      assert(known.has(digest), `an input of ${stage} is no output before it`);
    }
    for (const digest of Object.values(outputs).flat()) {
      known.add(digest);
      const path = join(store.root, "artifacts", digest.slice(0, 2), digest);
      assertStrictEquals(digestOfBytes(Deno.readFileSync(path)), digest);
    }
    assertStrictEquals(key, run.stages.find((one) => one.stage === stage)!.key);
  }
  const [, , , , train, validate] = manifest.stages;
  const { checkpoint, optimizer, metrics } = train.outputs;
  assertEquals([checkpoint, optimizer, metrics].map(({ length }) => length), [3, 3, 3]);
  assertEquals(validate.inputs.checkpoint, train.outputs.checkpoint);
});

interface ManifestStage {
  stage: string;
  key: string;
  inputs: Record<string, string | string[]>;
  outputs: Record<string, string | string[]>;
}

Deno.test("experiment.json is complete, and is an experiment that resolves to itself", async () => {
  using written = await writtenRun();
  const { experiment } = written.run.run;
  assertEquals(readJson(written.path("experiment.json")), JSON.parse(JSON.stringify(experiment)));
  assertEquals(experiment.pipeline.batch, { size: 64, shuffle: true, seed: 0 });
  assertEquals(
    loadExperiment(
      classifier,
      written.path("experiment.json"),
      [],
      readableFolders(written.path("experiment.json"), [dirname(written.config)]),
    ).experiment,
    experiment,
  );
});

Deno.test("run.json says when, where and with what, what each stage did, and which files there are", async () => {
  using written = await writtenRun();
  const run = readJson<RunJson>(written.path("run.json"));
  const facts = ["small", "small.json", "2024-01-02T03:04:05.000Z", 1.235];
  assertEquals([run.run, run.config, run.started, run.seconds], facts);
  const { os, arch } = Deno.build;
  assertEquals(run.machine, { host: Deno.hostname(), os, arch, cpus: navigator.hardwareConcurrency });
  assertEquals(run.versions, { ...Deno.version });
  assertEquals(run.files, digestsIn(written.folder));
  const { stages } = run;
  assertEquals(stages.length, 6);
  for (const { action, why } of stages) assertEquals([action, why.length > 0], ["run", true]);
  assertEquals(stages.map(({ first_step }) => first_step), [undefined, undefined, undefined, undefined, 0, 0]);
  assertEquals(stages[4].seconds_per_step!.length, 3);
});

Deno.test("the facts of a run are not in the files that are the same on every machine", async () => {
  using written = await writtenRun();
  const facts = [written.run.store.root, Deno.hostname(), FACTS.started.toISOString(), "seconds"];
  for (const name of TABLES.filter((name) => name !== "run.json" && name !== "experiment.json")) {
    // The page's code and packed images may hold a short host name by chance.
    const text = new TextDecoder("latin1").decode(Deno.readFileSync(written.path(name)))
      .replaceAll(/<script[\s\S]*?<\/script>/g, "");
    for (const fact of facts) assert(!text.includes(fact), `${name} has ${fact}`);
  }
});
