/** Evaluating a run's model on other data: the run's own numbers on its own test set, and clear errors. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { FormatError } from "../../../core/errors.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import type { AnyEvaluation, Evaluation } from "../../../pipeline/classifier/kinds/json_kinds.ts";
import { ResultsError } from "../../../pipeline/engine/run_errors.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { memoryArtifact } from "../../../pipeline/engine/store/memory_artifact.ts";
import { evaluateRun } from "../../../pipeline/predict/evaluate_run.ts";
import { readTrainedModel } from "../../../pipeline/results/trained_model.ts";
import { fileIn, readGivenFile } from "../../../pipeline/sources/local_file.ts";
import { extendPipeline } from "../../../pipeline/define/define_pipeline.ts";
import { defineStage, only } from "../../../pipeline/define/define_stage.ts";
import { Dataset, dataset } from "../../../pipeline/classifier/kinds/dataset_kind.ts";
import { decodeNpy, encodeNpy } from "../../../pipeline/formats/npy.ts";
import { z } from "zod";
import { makeSmallDataset } from "../../small_dataset.ts";
import { finishRun } from "../results/finished_run.ts";
import { writtenRun } from "../results/written_run.ts";

const never = new AbortController().signal;

/** A text as a file of this name. */
const given = (name: string, text: string) => ({ name, file: memoryArtifact(new TextEncoder().encode(text)) });

/** The rows of a table of sizes: the label is a class, or a number to predict. */
function tableOf(count: number, first: number, label: (x: number, y: number) => string | number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const [x, y] = [(first + i) * 7 % 11 / 2, (first + i) * 5 % 13 / 3];
    return `${i},${x},${y.toFixed(2)},${label(x, y)}`;
  });
  return ["id,x,y,label", ...rows, ""].join("\n");
}

/** Trains on a table in a folder, and gives the results' folder and the evaluation of the test set. */
async function trainOn(
  folder: string,
  tables: { train: string; test: string },
  pipeline: Record<string, Record<string, unknown>>,
  stages = classifier,
  chain?: string[],
) {
  const files = Object.entries(tables).map(([role, text]) => {
    Deno.writeTextFileSync(join(folder, `${role}.csv`), text);
    return [role, { name: `${role}.csv`, sha256: digestOfBytes(new TextEncoder().encode(text)) }];
  });
  const download = { dataset: "sizes", source: { from: "file", path: "." }, files: Object.fromEntries(files) };
  const config = join(folder, "sizes.json");
  const content = {
    name: "sizes",
    ...(chain ? { chain } : {}),
    pipeline: { download, batch: { size: 8 }, ...pipeline },
  };
  Deno.writeTextFileSync(config, JSON.stringify(content));
  const finished = await finishRun(config, join(folder, "cache"), [], stages);
  await finished.writeTo(join(folder, "sizes"));
  return { folder: join(folder, "sizes"), own: finished.run.output<AnyEvaluation>("test_evaluation") };
}

const CLASSES = {
  tensorize: { format: { name: "csv", label: "label", ignore: ["id"] } },
  train: { model: ["linear(2,3)", "softmax"], optimizer: { name: "sgd", lr: 0.05 }, epochs: 2 },
};
const NUMBERS = {
  tensorize: { ...CLASSES.tensorize, target: "number" },
  train: {
    ...{ model: ["linear(2,1)"], loss: { name: "mean-squared-error" }, optimizer: { name: "sgd", lr: 0.01 } },
    epochs: 2,
  },
};
// No 2: as names, they are not the numbers 0 to 2.
const kindOf = (x: number, y: number) => (x + y < 3 ? 1 : y > 2 ? 3 : 4);

Deno.test("evaluateRun() gives a run's own numbers on its own test set: bytes, classes and numbers to predict", async () => {
  using written = await writtenRun();
  const { run } = written.run;
  const { path: folder } = run.experiment.pipeline.download.source as { path: string };
  const idx = await Promise.all(["test_images", "test_labels"].map(async (name) => {
    const path = fileIn(folder, name)!;
    return { name, file: await readGivenFile(path, never) };
  }));
  const { epoch: _, ...own } = run.output<AnyEvaluation>("test_evaluation");
  assertEquals(await evaluateRun(readTrainedModel(written.folder), idx, classifier), own);

  for (const [experiment, label] of [[CLASSES, kindOf], [NUMBERS, (x: number, y: number) => 2 * x - y]] as const) {
    const folder = Deno.makeTempDirSync();
    const tables = { train: tableOf(40, 0, label), test: tableOf(20, 40, label) };
    const trained = await trainOn(folder, tables, experiment);
    const model = readTrainedModel(trained.folder);
    const { epoch: _, ...own } = trained.own;
    assertEquals(await evaluateRun(model, [given("test.csv", tables.test)], classifier), own);
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("evaluateRun() refuses other columns, classes and shapes, and takes columns by their names", async () => {
  const folder = Deno.makeTempDirSync();
  const tables = { train: tableOf(40, 0, kindOf), test: tableOf(20, 40, kindOf) };
  const trained = await trainOn(folder, tables, CLASSES);
  const model = readTrainedModel(trained.folder);
  const evaluate = (text: string) => evaluateRun(model, [given("new.csv", text)], classifier) as Promise<Evaluation>;
  const moved = tables.test.trimEnd().split("\n").map((line) => line.split(",").toReversed().join(",")).join("\n");
  const { epoch: _, ...own } = trained.own;
  assertEquals(await evaluate(moved), own);
  // 4 is the class with the number 2.
  assertEquals((await evaluate("x,y,label\n1,1,4\n2,2,4\n")).classes.map(({ support }) => support), [0, 0, 2]);
  const refused = async (text: string) => (await assertRejects(() => evaluate(text), FormatError)).message;
  assertEquals(
    await refused("x,y,label\n1,1,3\n1,2,0\n"),
    'new.csv: expected one of the classes of the training set ("1", "3", "4"), but found 0 at line 3.',
  );
  assertEquals((await refused("x,z,label\n1,1,3\n")).includes('the column "y" (on which the model was trained)'), true);
  const larger = model.weights.slice();
  const header = 8 + Number(new DataView(larger.buffer).getBigUint64(0, true));
  const numbers = new Float32Array(larger.buffer, header);
  numbers.forEach((number, i) => numbers[i] = 100 * number);
  const huge = [given("new.csv", "x,y,label\n-3e38,-3e38,3\n3e38,3e38,3\n")];
  const { message: beyond } = await assertRejects(
    () => evaluateRun({ ...model, weights: larger }, huge, classifier),
    FormatError,
  );
  assertEquals(
    beyond,
    "new.csv: the loss is NaN: the model's outputs for these examples are beyond float32. Check that their numbers are in the " +
      "units of those that it was trained on.",
  );
  assertEquals((await refused("x,y\n1,1\n")).includes('the column "label" (tensorize.format.label)'), true);
  Deno.removeSync(folder, { recursive: true });

  using written = await writtenRun();
  const images = memoryArtifact(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 7));
  const labels = memoryArtifact(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 3));
  const files = [{ name: "images", file: images }, { name: "labels", file: labels }];
  const { message } = await assertRejects(
    () => evaluateRun(readTrainedModel(written.folder), files, classifier),
    FormatError,
  );
  assertEquals(
    message,
    "images: expected examples as those of the run, bytes, u8 [N, 28, 28], but found u8 [N, 1, 2].",
  );
});

Deno.test("a run with a stage of another's that changes test examples is not predicted with", async () => {
  const images = only(dataset, "test_images");
  const inverted = defineStage({
    name: "inverted",
    version: 1,
    about: "Turn bytes around.",
    source: new URL("../../../pipeline/classifier/kinds/finite_numbers.ts", import.meta.url).href,
    params: () => z.strictObject({ isOn: z.boolean().default(true) }),
    inputs: { dataset: images },
    outputs: { dataset: images },
    run({ params: { isOn }, inputs: { dataset } }) {
      const { shape, data } = decodeNpy(dataset.part("test_images").bytes(), "images");
      const bytes = Uint8Array.from(data as Uint8Array, (byte) => isOn ? 255 - byte : byte);
      return { dataset: new Dataset({ test_images: encodeNpy("u1", shape, bytes) }) };
    },
  });
  using small = makeSmallDataset({ epochs: 1, train: 64, test: 32 });
  const pipeline = extendPipeline(classifier, { stages: [inverted] });
  const chain = ["download", "tensorize", "inverted", "normalize", "batch", "train", "validate"];
  const results = small.path("results");
  for (const isOn of [true, false]) {
    const config = small.write("turned.json", { ...small.experiment, chain });
    const finished = await finishRun(config, small.path("cache"), [`inverted.isOn=${isOn}`], pipeline);
    await finished.writeTo(results);
    if (!isOn) assert(readTrainedModel(results).weights.length > 0);
    else {await assertRejects(
        async () => await readTrainedModel(results),
        ResultsError,
        "The stage inverted of the run",
      );}
  }
});
