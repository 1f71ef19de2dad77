/** The split stage, and what the stages after it make of validation rows. */
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { FormatError } from "../../../core/errors.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { Dataset, dataset } from "../../../pipeline/classifier/kinds/dataset_kind.ts";
import { splitSizes } from "../../../pipeline/classifier/kinds/split_sizes.ts";
import { normalize } from "../../../pipeline/classifier/stages/normalize.ts";
import { split } from "../../../pipeline/classifier/stages/split.ts";
import { extendPipeline } from "../../../pipeline/define/define_pipeline.ts";
import { defineStage, only } from "../../../pipeline/define/define_stage.ts";
import { CheckError, ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { graphOf } from "../../../pipeline/experiment/chain.ts";
import { checkKnown } from "../../../pipeline/experiment/known_problems.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { decodeJson, encodeJson } from "../../../pipeline/formats/json.ts";
import { decodeNpy, encodeNpy } from "../../../pipeline/formats/npy.ts";
import { z } from "zod";
import { makeSmallDataset } from "../../small_dataset.ts";
import { artifactOf, runPlain, schemaOf } from "./in_memory.ts";
import { parseOverride } from "../experiment/parse_override.ts";

const none = artifactOf(encodeNpy("u1", [0], new Uint8Array(0)));

/** 12 rows of two numbers, each with its row number in it, and no validation rows. */
function rows(dtype: "u1" | "f4", labels: "classes" | "numbers" = "classes") {
  const numbers = (count: number) => Array.from({ length: 2 * count }, (_, i) => i);
  const images = (count: number) =>
    dtype === "u1" ? Uint8Array.from(numbers(count)) : Float32Array.from(numbers(count));
  return {
    train_images: artifactOf(encodeNpy(dtype, [12, 2], images(12))),
    train_labels: artifactOf(
      labels === "classes"
        ? encodeNpy("u1", [12], Uint8Array.from({ length: 12 }, (_, row) => row))
        : encodeNpy("f4", [12, 3], Float32Array.from({ length: 36 }, (_, i) => Math.floor(i / 3))),
    ),
    test_images: artifactOf(encodeNpy(dtype, [1, 2], images(1))),
    test_labels: artifactOf(encodeNpy("u1", [1], Uint8Array.of(7))),
  };
}

type Given = ReturnType<typeof rows>;

/** The rows of each set, by what their labels say; the images say the same. */
async function rowsOfSets(params: Record<string, unknown>, given: Given): Promise<number[][]> {
  const outputs = await runPlain(split, params, given);
  return ["train", "validation", "test"].map((set) => {
    const labels = decodeNpy((outputs[`${set}_labels`] ?? none).bytes(), "labels");
    const images = decodeNpy((outputs[`${set}_images`] ?? none).bytes(), "images");
    const [count, targets = 1] = labels.shape;
    const own = Array.from({ length: count }, (_, row) => Number(labels.data[row * targets]));
    assertEquals(images.shape, count === 0 ? [0] : [count, 2]);
    if (set !== "test" || params.test !== undefined) {
      assertEquals(Array.from(images.data, Number), own.flatMap((row) => [2 * row, 2 * row + 1]));
    }
    return own;
  });
}

/** torch 1.13.1: random_split(range(12), lengths, generator=torch.Generator().manual_seed(seed)). */
const DRAWN: [seed: number, params: Record<string, number>, sets: [number[], number[], number[]]][] = [
  [0, { validation: 3, test: 2 }, [[8, 0, 5, 9, 7, 4, 2], [10, 3, 1], [11, 6]]],
  [42, { validation: 2 }, [[6, 8, 1, 7, 0, 2, 10, 11, 4, 3], [5, 9], [7]]],
  [2 ** 40 + 7, { validation: 1 / 3, test: 0.25 }, [[3, 4, 0, 5, 7], [9, 11, 6, 8], [1, 10, 2]]],
];

for (const [seed, params, sets] of DRAWN) {
  Deno.test(`split() draws the rows of torch's random_split for the seed ${seed}, of any type`, async () => {
    for (const given of [rows("u1"), rows("f4"), rows("f4", "numbers")]) {
      assertEquals(await rowsOfSets({ ...params, seed }, given), sets);
    }
  });
}

Deno.test("split() draws test rows alone, and leaves the validation set empty", async () => {
  const [train, validation, test] = await rowsOfSets({ test: 5 }, rows("u1"));
  assertEquals([train.length, validation, test.length], [7, [], 5]);
  assertEquals([...train, ...test].sort((a, b) => a - b), Array.from({ length: 12 }, (_, row) => row));
});

Deno.test("split() rejects images and labels of different number", async () => {
  const given = { ...rows("u1"), train_labels: artifactOf(encodeNpy("u1", [11], new Uint8Array(11))) };
  const error = await assertRejects(() => runPlain(split, { validation: 2 }, given), FormatError);
  assertStringIncludes(error.message, "train_images: expected 11 rows, one per label, but found 12.");
});

Deno.test("a share of rows is rounded down, and the rest is trained on", () => {
  assertEquals(splitSizes({ validation: 0.1 }, 59), { train: 54, validation: 5, test: 0 });
  assertEquals(splitSizes({ validation: 0.29, test: 0.2 }, 100), { train: 52, validation: 28, test: 20 });
  assertEquals(splitSizes({ validation: 11 }, 12).train, 1);
});

Deno.test("a set without rows, or of one, is refused, and so is a split that leaves none to train on", () => {
  const message = (sizes: Parameters<typeof splitSizes>[0], rows = 12) =>
    assertThrows(() => splitSizes(sizes, rows), FormatError).message;
  assertEquals(message({ validation: 1 }), "validation: expected at least 2 rows, but found 1. Write a larger number.");
  assertStringIncludes(message({ test: 0.1 }), "test: expected at least 2 rows, but 0.1 of 12 rows is 1.");
  assertStringIncludes(message({ validation: 12 }), "but 12 of 12 rows are drawn");
  assertStringIncludes(message({ validation: 0.5, test: 7 }), "but 13 of 12 rows are drawn");
  for (const size of [0, -1, 1.5, NaN, "5"]) {
    assert(!schemaOf(split).safeParse({ validation: size }).success, String(size));
  }
  assert(!schemaOf(split).safeParse({}).success);
});

Deno.test("normalize() measures the rows that are trained on, and normalizes those of validation like them", async () => {
  const table = artifactOf(encodeNpy("f4", [0], new Float32Array(0)));
  const example_shape = artifactOf(encodeJson([1, 1]));
  const drawn = await runPlain(split, { validation: 4 }, rows("f4"));
  const { moments, validation_images } = await runPlain(normalize, {}, { ...drawn, table, example_shape });
  const { mean, std } = decodeJson<{ mean: number; std: number }>(moments.bytes());
  const numbers = (name: string) => Array.from(decodeNpy(drawn[name].bytes(), name).data as Float32Array);
  const train = numbers("train_images");
  assertEquals(mean, train.reduce((sum, value) => sum + value, 0) / 16);
  assertEquals(
    decodeNpy(validation_images.bytes(), "images").data,
    Float32Array.from(
      numbers("validation_images"),
      (value) => Math.fround(value - Math.fround(mean)) / Math.fround(std),
    ),
  );
  const all = decodeJson(
    (await runPlain(normalize, {}, { ...rows("f4"), validation_images: none, table, example_shape })).moments.bytes(),
  );
  assertNotEquals(all, { mean, std, measured: true });
});

const load = (config: string, ...sets: string[]) => loadExperiment(classifier, config, sets.map(parseOverride));

Deno.test("split joins the chain of an experiment that has params for it, with the experiment's seed", () => {
  const { experiment } = load("experiments/two-layer.json", "split.validation=5000", "seed=3");
  assertEquals(experiment.chain, ["download", "tensorize", "split", "normalize", "batch", "train", "validate"]);
  assertEquals(experiment.pipeline.split, { validation: 5000, seed: 3 });
  assertEquals(load("experiments/two-layer.json").experiment.chain, undefined);
});

Deno.test("a split that a published dataset does not have is refused before any work, and so are other mistakes", () => {
  const cases: [sets: string[], message: string][] = [
    [
      ["split.validation=60000"],
      "pipeline.split: expected at least one row that is left to train on, but 60000 of 60000",
    ],
    [["split.validation=1"], "validation: expected at least 2 rows, but found 1"],
    [["split.validation=0"], "pipeline.split.validation (set by --set split.validation=0): expected a number greater"],
    [["split.validation=-3"], "expected a number greater than 0, but found -3"],
    [["split.validation=2.5"], "a whole number of rows, or a share below 1; found 2.5"],
    [["split.test=100"], "the dataset has a test set, of 10000 rows. Leave out test"],
    [["split.seed=1"], "set validation, test or both"],
    [["validate.early_stopping.patience=2"], 'Draw validation rows: add "split": { "validation": 0.1 }'],
    [["validate.early_stopping.patience=0", "split.validation=0.1"], "expected a number greater than 0, but found 0"],
    [
      ["split.validation=9", 'chain=["download","tensorize","normalize","split","batch","train","validate"]'],
      "Put split before it in the chain",
    ],
  ];
  for (const [sets, message] of cases) {
    const error = assertThrows(() => load("experiments/two-layer.json", ...sets), ConfigError);
    assertStringIncludes(error.message, message);
  }
  const earlyStopping = ["split.validation=0.1", "validate.early_stopping.patience=2"];
  load("experiments/two-layer.json", ...earlyStopping);
  const chain = "chain=" +
    JSON.stringify(["download", "tensorize", "split", "batch", "train", "normalize", "validate"]);
  const error = assertThrows(() => load("experiments/two-layer.json", ...earlyStopping, chain), ConfigError);
  assertStringIncludes(
    error.message,
    "pipeline.validate.early_stopping: validate can end train only if it comes directly",
  );
});

Deno.test("early stopping also decides by validation rows of a stage of a user's own, unless it has none", () => {
  const bring = defineStage({
    name: "bring",
    version: 1,
    about: "Bring validation rows.",
    source: new URL("../../../pipeline/classifier/kinds/finite_numbers.ts", import.meta.url).href,
    params: () => z.strictObject({}),
    inputs: { dataset: only(dataset, "test_images", "test_labels") },
    outputs: { dataset: only(dataset, "validation_images", "validation_labels") },
    run: ({ inputs: { dataset } }) => ({
      dataset: new Dataset({
        validation_images: dataset.part("test_images").bytes(),
        validation_labels: dataset.part("test_labels").bytes(),
      }),
    }),
  });
  const pipeline = extendPipeline(classifier, { stages: [bring] });
  using small = makeSmallDataset();
  const chain = ["download", "tensorize", "bring", "normalize", "batch", "train", "validate"];
  const config = small.write("brought.json", { ...small.experiment, chain });
  const { experiment, params } = loadExperiment(pipeline, config, [
    parseOverride("validate.early_stopping.patience=2"),
  ]);
  const check = (count: number) =>
    checkKnown(
      pipeline,
      graphOf(pipeline, experiment),
      params,
      (stage, name) =>
        `${stage} ${name}` !== "bring validation_labels"
          ? null
          : artifactOf(encodeNpy("u1", [count], new Uint8Array(count))),
    );
  check(3);
  assertStringIncludes(assertThrows(() => check(0), CheckError).message, "decides by validation rows, which");
});

Deno.test("of a dataset of one's own, what is missing is said as soon as the stored rows tell", () => {
  using small = makeSmallDataset();
  const labels = (count: number) => artifactOf(encodeNpy("u1", [count], new Uint8Array(count)));
  const refused = (known: Record<string, number>, ...sets: string[]) => {
    const { experiment, params } = load(small.config, ...sets);
    const check = () =>
      checkKnown(classifier, graphOf(classifier, experiment), params, (stage, name) => {
        const count = known[`${stage} ${name}`];
        return count === undefined ? null : labels(count);
      });
    return assertThrows(check, CheckError).message;
  };
  const noTest = 'pipeline.split: the dataset has no test set. Draw one from its rows: "split": { "test": 0.2 }.';
  assertEquals(refused({ "tensorize test_labels": 0 }), noTest);
  assertEquals(refused({ "tensorize test_labels": 0 }, "split.validation=5"), noTest);
  assertStringIncludes(refused({ "tensorize test_labels": 3 }, "split.test=5"), "has a test set, of 3 rows");
  assertStringIncludes(refused({ "tensorize train_labels": 9 }, "split.validation=9"), "9 of 9 rows are drawn");
});
