import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { CheckError, ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { graphOf } from "../../../pipeline/experiment/chain.ts";
import { checkKnown } from "../../../pipeline/experiment/known_problems.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { encodeJson } from "../../../pipeline/formats/json.ts";
import { encodeNpy } from "../../../pipeline/formats/npy.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { artifactOf } from "./in_memory.ts";
import { parseOverride } from "../experiment/parse_override.ts";

const MNIST = "experiments/two-layer.json";

const model = (...layers: string[]) => `train.model=${JSON.stringify([...layers, "softmax"])}`;

Deno.test("an experiment on a published dataset is refused before any work if its model does not fit or is too large", () => {
  const cases: [set: string, ...parts: string[]][] = [
    [model("linear(784,7)"), "The model has 7 classes, but the dataset has a label 9", "at least 10 wide"],
    [model("linear(784,30)", "relu", "linear(30,9)"), "The model has 9 classes"],
    [model("linear(100,10)"), "expects 100 values, but an example of this dataset has 784", "linear(784,…)"],
    [model("linear(784,20000)"), "10,000 test examples x 20,000 classes", "at most 25,000,000"],
    [model("linear(784,70000)"), "The model has 70,000 classes, but at most 65,536"],
    [model("linear(784,800000)", "linear(800000,10)"), "at least 4.7 GiB for 636,000,010 parameters"],
    [
      model("image(3,28,28)", "flatten", "linear(2352,10)"),
      "has the shape [28, 28]. Write image(1,28,28) as the first",
    ],
    [model("image(1,14,56)", "flatten", "linear(784,10)"), "begins with image(1,14,56)", "Write image(1,28,28)"],
    [
      model("conv2d(1,6,5)", "flatten", "linear(784,10)"),
      "layer 0 conv2d(1,6,5)",
      "[784]. Put image(1,28,28) before it",
    ],
    [model("linear(784,40000000000)", "linear(40000000000,10)"), "GiB"],
  ];
  for (const [set, ...parts] of cases) {
    const { message } = assertThrows(() => loadExperiment(classifier, MNIST, [parseOverride(set)]), ConfigError);
    for (const part of ["pipeline.train.model (set by --set", ...parts]) assertStringIncludes(message, part);
  }
});

Deno.test("models that fit are accepted, also with more classes than there are labels", () => {
  for (const layers of [["linear(784,10)"], ["linear(784,2000)"], ["linear(784,30)", "relu", "linear(30,300)"]]) {
    loadExperiment(classifier, MNIST, [parseOverride(model(...layers))]);
  }
});

Deno.test("images are compared with the dataset's in size and in the order of their values", () => {
  using small = makeSmallDataset();
  const check = (shape: number[], image: string) => {
    const sets = [parseOverride(model(image, "flatten", "linear(48,2)"))];
    const { experiment, params } = loadExperiment(classifier, small.config, sets);
    checkKnown(
      classifier,
      graphOf(classifier, experiment),
      params,
      (stage, name) => `${stage} ${name}` === "tensorize example_shape" ? artifactOf(encodeJson(shape)) : null,
    );
  };
  for (const [shape, image] of [[[3, 4, 4], "image(3,4,4)"], [[4, 4, 3], "image(3,4,4,layout=hwc)"]] as const) {
    check([...shape], image);
    check([48], image);
  }
  const refused: [number[], string, string][] = [
    [[4, 4, 3], "image(3,4,4)", "has the shape [4, 4, 3]. Write image(3,4,4,layout=hwc) as the first layer."],
    [[3, 4, 4], "image(3,4,4,layout=hwc)", "Write image(3,4,4) as the first layer."],
    [[3, 4, 4], "image(1,12,4)", "Write image(3,4,4) as the first layer."],
    [[12, 4], "image(3,4,4)", "Write image(1,12,4) as the first layer."],
  ];
  for (const [shape, image, says] of refused) {
    assertStringIncludes(assertThrows(() => check(shape, image), CheckError).message, says);
  }
  check([12, 4, 1], "image(1,12,4)");
  check([1, 12, 4], "image(1,12,4,layout=hwc)");
});

Deno.test("of a dataset of one's own, a model is refused as soon as the stored artifacts tell, and not before", () => {
  using small = makeSmallDataset();
  const labels = (largest: number) => artifactOf(encodeNpy("u1", [3], Uint8Array.of(0, largest, 1)));
  const images = (features: number) => artifactOf(encodeNpy("u1", [3, features], new Uint8Array(3 * features)));
  const check = (known: Record<string, ReturnType<typeof artifactOf>>, ...layers: string[]) => {
    const { experiment, params } = loadExperiment(classifier, small.config, [parseOverride(model(...layers))]);
    checkKnown(classifier, graphOf(classifier, experiment), params, (stage, name) => known[`${stage} ${name}`] ?? null);
  };
  const refused = (...args: Parameters<typeof check>) => assertThrows(() => check(...args), CheckError).message;
  check({}, "linear(5,2)");
  check({ "tensorize train_labels": labels(1), "tensorize train_images": images(5) }, "linear(5,2)");
  for (const split of ["train", "test"]) {
    const message = refused({ [`tensorize ${split}_labels`]: labels(6) }, "linear(5,2)");
    assertStringIncludes(message, "pipeline.train.model: The model has 2 classes, but the dataset has a label 6");
  }
  assertStringIncludes(
    refused({ "tensorize train_images": images(6) }, "linear(5,2)"),
    "an example of this dataset has 6",
  );
  assertStringIncludes(
    refused(
      { "tensorize test_labels": artifactOf(encodeNpy("u1", [100_000], new Uint8Array(100_000))) },
      "linear(5,300)",
    ),
    "100,000 test examples x 300 classes",
  );
});

Deno.test("batches that the training set has no rows for, or a layer too few, are refused before any work", () => {
  const norm = model("linear(784,10)", "batchnorm1d(10)");
  const cases: [sets: string[], ...parts: string[]][] = [
    [["batch.rows=60001"], "at most the 60000 rows of the training set as batch.rows, but found 60001"],
    [
      [norm, "batch.rows=129"],
      "layer 1 batchnorm1d(10) is trained on batches of at least 2 rows, but the last batch has 1",
    ],
    [[norm, "batch.size=59999"], "the last batch has 1"],
    [[norm, "batch.size=1"], "the last batch has 1"],
  ];
  for (const [sets, ...parts] of cases) {
    const { message } = assertThrows(() => loadExperiment(classifier, MNIST, sets.map(parseOverride)), ConfigError);
    for (const part of ["pipeline.batch", ...parts]) assertStringIncludes(message, part);
  }
  loadExperiment(classifier, MNIST, [norm, "batch.rows=130"].map(parseOverride));
  loadExperiment(classifier, MNIST, ["batch.rows=129"].map(parseOverride));
});

Deno.test("examples that are no pictures are not augmented", () => {
  using small = makeSmallDataset();
  const overrides = ['train.augment=[{"name":"shift","pixels":2}]'].map(parseOverride);
  loadExperiment(classifier, MNIST, overrides);
  const { experiment, params } = loadExperiment(classifier, small.config, overrides);
  const check = (shape: number[]) =>
    checkKnown(
      classifier,
      graphOf(classifier, experiment),
      params,
      (stage, name) => stage === "tensorize" && name === "example_shape" ? artifactOf(encodeJson(shape)) : null,
    );
  check([28, 28]);
  for (const shape of [[784], [1, 1]]) {
    const { message } = assertThrows(() => check(shape), CheckError);
    assertStringIncludes(message, "pipeline.train.augment: train.augment changes pictures of at least 2 × 2 pixels");
  }
});

Deno.test("images that do not fit into memory together are refused once their sizes are known, before they are normalized", () => {
  using small = makeSmallDataset();
  const { experiment, params } = loadExperiment(classifier, small.config, []);
  const sized = (train: number, test: number) => (stage: string, name: string) => {
    const size = { train_images: train, test_images: test }[name];
    return stage === "tensorize" && size !== undefined
      ? { ...artifactOf(IMAGES), digest: `${name} ${size}`, size }
      : null;
  };
  const IMAGES = encodeNpy("u1", [1, 784], new Uint8Array(784));
  const check = (...sizes: [number, number]) =>
    checkKnown(classifier, graphOf(classifier, experiment), params, sized(...sizes));
  check(IMAGES.length, 2 ** 32 - IMAGES.length);
  const { message } = assertThrows(() => check(IMAGES.length, 2 ** 32), CheckError);
  assertStringIncludes(
    message,
    "pipeline.download: The images have 4.0 GiB, but there are 4.0 GiB for them and the model",
  );
});

Deno.test("a batch that does not fit into memory is refused once the number of its rows is known", () => {
  using small = makeSmallDataset();
  const sets = [model("linear(784,60000)"), "batch.size=100000"].map(parseOverride);
  const { experiment, params } = loadExperiment(classifier, small.config, sets);
  const rows = (count: number) => {
    const labels = artifactOf(encodeNpy("u1", [count], new Uint8Array(count)));
    return (_: string, name: string) => (name === "train_labels" ? labels : null);
  };
  const graph = graphOf(classifier, experiment);
  checkKnown(classifier, graph, params, rows(1000));
  const message = assertThrows(() => checkKnown(classifier, graph, params, rows(50_000)), CheckError).message;
  assertStringIncludes(message, "batches of 50,000 rows");
  assertEquals(message.includes("batch.size smaller"), true);
});

Deno.test("a model of numbers to predict has as many outputs as the table has columns with labels", () => {
  using small = makeSmallDataset();
  const { pipeline } = small.experiment;
  const load = (label: unknown, outputs: number) => {
    const tensorize = { format: { name: "csv", label }, target: "number" };
    const loss = { name: "mean-squared-error" };
    const train = { ...pipeline.train, model: [`linear(4,${outputs})`], loss };
    const download = { ...pipeline.download, files: { train: "a", test: "b" } };
    const content = { name: "numbers", pipeline: { ...pipeline, download, tensorize, train } };
    return loadExperiment(classifier, small.write("numbers.json", content), []);
  };
  load("y", 1);
  load(["y", "z"], 2);
  for (const [label, outputs] of [["y", 2], [["y", "z"], 1]] as const) {
    assertStringIncludes(assertThrows(() => load(label, outputs), ConfigError).message, `The model outputs ${outputs}`);
  }
});

Deno.test("files that the format does not read are refused before any work, and so are wrong params of a format", () => {
  const message = (config: string, ...sets: string[]) =>
    assertThrows(() => loadExperiment(classifier, config, sets.map(parseOverride)), ConfigError).message;
  using small = makeSmallDataset();
  const { sha256 } = small.files.train_images;
  const table = (files: string[]) => {
    const { pipeline } = small.experiment;
    const download = { ...pipeline.download, files: Object.fromEntries(files.map((name) => [name, { name, sha256 }])) };
    const tensorize = { format: { name: "csv", label: "x" } };
    return small.write("table.json", { name: "table", pipeline: { ...pipeline, download, tensorize } });
  };
  loadExperiment(classifier, table(["train", "test"]), []);
  loadExperiment(classifier, table(["data"]), []);
  assertStringIncludes(
    message(table(["data"]), 'tensorize.format="idx"'),
    'pipeline.download.files: expected train_images, train_labels, test_images, test_labels, which the format "idx" reads, ' +
      "but found data. Formats for these (tensorize.format): csv, tsv, npz, pictures.",
  );
  assertStringIncludes(
    message(MNIST, 'tensorize.format="npz"'),
    'pipeline.download.files: expected train and test, or data, which the format "npz" reads, but found train_images, ' +
      "train_labels, test_images, test_labels. Formats for these (tensorize.format): idx, npy.",
  );
  assertStringIncludes(message(MNIST, 'download.class_names=["a","b","a"]'), "download.class_names (set by");
  const formats: [format: string, ...parts: string[]][] = [
    ['"cvs"', "format (set by", 'expected "idx" or "csv" or', 'but found "cvs"'],
    ['"csv"', '"csv" alone does not say everything: write { "name": "csv", "label": … }'],
    ['{"name":"cvs"}', 'format.name (set by --set tensorize.format={"name":"cvs"}): expected "idx" or "csv"'],
    ['{"name":"csv","lable":"x"}', "format.label", "format.lable", 'unknown field; did you mean "label"?'],
    ['{"name":"csv","label":[1]}', "format.label.0", "expected a string, but found 1"],
    ['{"name":"csv","label":5}', "format.label", "expected a string or a list, but found 5"],
    ['{"name":"csv","label":"x","separator":"ab"}', 'expected one character, such as ";", but found "ab"'],
    ["5", "but found 5"],
  ];
  for (const [format, ...parts] of formats) {
    const found = message(table(["data"]), `tensorize.format=${format}`);
    for (const part of parts) assertStringIncludes(found, part);
  }
});

Deno.test("names of classes are refused where labels are numbers to predict, with their place", () => {
  const load = (...sets: string[]) => loadExperiment(classifier, MNIST, sets.map(parseOverride));
  const names = `download.class_names=${JSON.stringify(Array.from("0123456789"))}`;
  load(names);
  const { message } = assertThrows(() => load(names, 'tensorize.target="number"'), ConfigError);
  assertStringIncludes(message, "pipeline.download.class_names (set by");
  assertStringIncludes(message, "have no classes");
});

Deno.test("a run without test rows is refused as soon as tensorize has read none", () => {
  const { experiment } = loadExperiment(classifier, MNIST, []);
  const check = (rows: number) => {
    const labels = artifactOf(encodeNpy("u1", [rows], new Uint8Array(rows)));
    const artifact = (_: string, name: string) => name === "test_labels" ? labels : null;
    checkKnown(classifier, graphOf(classifier, experiment), experiment.pipeline, artifact);
  };
  check(1);
  const { message } = assertThrows(() => check(0), CheckError);
  assertStringIncludes(message, "pipeline.split: the dataset has no test set");
});

Deno.test("labels that are numbers refuse a loss for classes before any work; how many there are, the data says", () => {
  using small = makeSmallDataset();
  const load = (...sets: string[]) => loadExperiment(classifier, small.config, sets.map(parseOverride));
  const refused = (...sets: string[]) => assertThrows(() => load(...sets), ConfigError).message;
  const numbers = 'tensorize.target="number"';
  const loss = 'train.loss={"name":"mean-squared-error"}';
  assertStringIncludes(refused(numbers), "The loss cross-entropy compares with classes");
  assertStringIncludes(refused(loss, 'train.model=["linear(5,2)"]'), "mean-squared-error compares with numbers");
  const { experiment, params } = load(numbers, loss, 'train.model=["linear(5,2)"]');
  const check = (targets: number) => {
    const labels = artifactOf(encodeNpy("f4", [3, targets], new Float32Array(3 * targets)));
    const artifact = (stage: string, name: string) => stage === "tensorize" && name === "train_labels" ? labels : null;
    checkKnown(classifier, graphOf(classifier, experiment), params, artifact);
  };
  check(2);
  assertStringIncludes(
    assertThrows(() => check(3), CheckError).message,
    "outputs 2 numbers, but 3 are to be predicted",
  );
});
