/** What targets write is read by the tools themselves: PyTorch, ONNX Runtime, NumPy, and the compiler of Protocol Buffers. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { argmaxOf } from "../../../../core/model/metrics.ts";
import type { FinishedRun } from "../../../../pipeline/define/figure.ts";
import type { TargetFiles } from "../../../../pipeline/define/target.ts";
import { decodeNpy } from "../../../../pipeline/formats/npy.ts";
import { crc32c } from "../../../../pipeline/formats/tf_record.ts";
import { NUMPY, PROTOC, PYTORCH, testWith } from "../../../programs_here.ts";
import { makeSmallDataset } from "../../../small_dataset.ts";
import { outcomeOf } from "../../cli/retrace.ts";
import { extendedIn, writeExtendedExperiment } from "../../extending/extended.ts";
import { finishRun } from "../../results/finished_run.ts";
import { runOnShape } from "../../results/shaped_run.ts";
import { writtenRun } from "../../results/written_run.ts";
import { exported, withLayer, written } from "./exported_run.ts";
import { onnxOutputs } from "./onnx_runtime.ts";

const PYTHON = "/usr/bin/python3";
/** What other orders of sums may change in a probability. */
const TOLERANCE = 1e-5;

/** A model with every activation function, which outputs logarithms of probabilities. */
const CURVES = ["linear(784,9,bias=false)", "tanh", "linear(9,9)", "sigmoid", "linear(9,9)", "gelu", "linear(9,9)"]
  .concat("leaky-relu(0.2)", "linear(9,10)", "log-softmax");

/** Every layer of images, with every argument. */
const CONVOLUTIONAL = [
  ...["image(4,14,14,layout=hwc)", "conv2d(4,4,5,2,1,bias=false)", "relu", "maxpool2d(2)", "batchnorm2d(4)"],
  ...["conv2d(4,3,3,padding=1)", "avgpool2d(3)", "flatten", "linear(3,10)", "softmax"],
];

/**
 * Runs of bytes, of numbers that the run normalized, together or column by column, of a definition of a user's own, of
 * both models above, and of layers that do something else in evaluation.
 */
async function runs(): Promise<{ run: FinishedRun; what: string; areLogarithms?: true }[] & Disposable> {
  const [bytes, ...more] = [await writtenRun(), ...[1, 2, 3, 4].map(() => makeSmallDataset({ epochs: 2 }))];
  const [small, wide, mine, images] = more;
  const curved = makeSmallDataset({ epochs: 2, model: CURVES });
  const layers = ["linear(784,8)", "batchnorm1d(8,eps=0.01)", "relu", "dropout(0.2)", "linear(8,10)", "softmax"];
  const norm = makeSmallDataset({ epochs: 2, model: layers });
  const curves = await finishRun(curved.config, curved.path("cache"), ['train.loss={"name":"nll"}']);
  const shaped = await runOnShape(small, [4, 14, 14], "f32", {});
  const table = await runOnShape(wide, [784], "f32", {});
  const colours = await runOnShape(images, [14, 14, 4], "u8", {}, [`train.model=${JSON.stringify(CONVOLUTIONAL)}`]);
  const extended = await finishRun(
    writeExtendedExperiment(mine),
    mine.path("cache"),
    [],
    extendedIn(mine.path("mine")),
  );
  const all = [
    { run: bytes.run.run, what: "bytes" },
    { run: shaped.run, what: "numbers" },
    { run: table.run, what: "columns" },
    { run: colours.run, what: "a convolutional net" },
    { run: extended.run, what: "a layer and a stage of a user's own" },
    { run: (await finishRun(norm.config, norm.path("cache"))).run, what: "batch norm and dropout" },
    { run: curves.run, what: "activation functions, logarithms", areLogarithms: true as const },
  ];
  return Object.assign(all, {
    [Symbol.dispose]: () => [bytes, ...more, norm, curved].forEach((one) => one[Symbol.dispose]()),
  });
}

/** Runs model.py, and returns what it says, and its exit code. */
async function checkedInPython(files: TargetFiles) {
  using place = written(files);
  const { code, stdout, stderr } = await outcomeOf([PYTHON, join(place.folder, "model.py"), "--check"]);
  return { code, said: stdout + stderr };
}

testWith("PyTorch has the run's count of right answers, and says so if it has not", PYTORCH, async () => {
  using all = await runs();
  for (const { run, what } of all) {
    const files = await exported(run, "pytorch");
    const correct = run.figures.correct.at(-1);
    const rows = decodeNpy(files["test_labels.npy"], "labels").data.length;
    const said = `${correct} of ${rows} correct; the run has ${correct}\n`;
    assertEquals(await checkedInPython(files), { code: 0, said }, what);
  }
  const [{ run }] = all;
  const files = await exported(run, "pytorch");
  const weights = files["weights.safetensors"].slice();
  weights.fill(0, weights.length - 10_000);
  const changed = await checkedInPython({ ...files, "weights.safetensors": weights });
  assertEquals(changed.code, 1);
  assertMatch(changed.said, /^\d+ of 128 correct; the run has \d+\n$/);

  // A model that is no classifier has outputs to compare.
  const other = { ...run, figures: {} };
  const same = await checkedInPython(await exported(other, "pytorch"));
  assertMatch(same.said, /^128 outputs; the largest difference from the run's is \S+\n$/);
  assertEquals(same.code, 0);
  assertEquals(
    (await checkedInPython({ ...await exported(other, "pytorch"), "weights.safetensors": weights })).code,
    1,
  );

  const without = await checkedInPython(await exported(run, "pytorch", false));
  assertEquals(without, { code: 1, said: "There is no test set here. Export the run with --check.\n" });
});

Deno.test("ONNX Runtime has the run's outputs, and its count of right answers", async () => {
  using all = await runs();
  for (const { run, what, areLogarithms } of all) {
    const files = await exported(run, "onnx");
    const { shape, data: outputs } = await onnxOutputs(files["model.onnx"], files["test_images.npy"]);
    const data = areLogarithms ? outputs.map(Math.exp) : outputs;
    const expected = decodeNpy(run.artifact("predictions").bytes(), "predictions");
    assertEquals(shape, expected.shape, what);
    const far = data.findIndex((value, i) => !(Math.abs(value - Number(expected.data[i])) <= TOLERANCE));
    assertEquals(far, -1, `${what}: ${data[far]} instead of ${expected.data[far]}`);
    const labels = decodeNpy(files["test_labels.npy"], "labels").data;
    const [rows, classes] = shape;
    const right = Array.from({ length: rows }, (_, row) => argmaxOf(data, row * classes, classes) === labels[row]);
    assertEquals(right.filter(Boolean).length, run.figures.correct.at(-1), what);
  }
});

Deno.test("a layer can be several nodes of ONNX with constants between them, or none", async () => {
  using one = await writtenRun();
  const { run } = one.run;
  const outputsWith = async (changed: FinishedRun) => {
    const files = await exported(changed, "onnx");
    return (await onnxOutputs(files["model.onnx"], files["test_images.npy"])).data;
  };
  const plain = await outputsWith(run);
  // max(x, 0) as (|x| + x) · 0.5
  const several = withLayer(run, "relu", {
    onnx: () => [
      { op: "Constant", inputs: [], output: "half", attributes: { value_float: { float: 0.5 } } },
      { op: "Abs", inputs: ["x"], output: "size" },
      { op: "Add", inputs: ["size", "x"] },
      { op: "Mul", inputs: ["node2", "half"] },
    ],
  });
  (await outputsWith(several)).forEach((value, i) => assert(Math.abs(value - plain[i]) <= TOLERANCE));
  const logits = await outputsWith(withLayer(run, "softmax", { onnx: () => [] }));
  for (let row = 0; row < 128; row++) assertEquals(argmaxOf(logits, row * 10, 10), argmaxOf(plain, row * 10, 10));
  assert(logits.some((value) => value < 0 || value > 1));
});

testWith("NumPy reads every file, and history.npy by the names of its columns", NUMPY, async () => {
  using one = await writtenRun();
  const { run } = one.run;
  using place = written(await exported(run, "numpy"));
  const code = `
import json, pathlib, sys
import numpy
folder = pathlib.Path(sys.argv[1])
arrays = {path.stem: numpy.load(path) for path in folder.glob("*.npy")}
history = arrays.pop("history")
print(json.dumps({
    "history": {name: [None if value != value else value for value in history[name].tolist()] for name in history.dtype.names},
    "arrays": {name: [str(array.dtype), list(array.shape), float(array.sum(dtype="float64"))] for name, array in arrays.items()},
}))`;
  const { code: exit, stdout, stderr } = await outcomeOf([PYTHON, "-c", code, place.folder]);
  assertEquals([exit, stderr], [0, ""]);
  const { history, arrays } = JSON.parse(stdout);
  const epochs = Array.from({ length: run.epochs + 1 }, (_, epoch) => epoch);
  const columns = run.columns.map(({ name, figure }) => [name, run.figures[figure]]);
  assertEquals(history, { epoch: epochs, ...Object.fromEntries(columns) });
  assertEquals(arrays["0.weight"].slice(0, 2), ["float32", [8, 784]]);
  assertEquals(arrays["test_images"].slice(0, 2), ["uint8", [128, 28, 28]]);
  // The probabilities of 128 images.
  assert(Math.abs(arrays["test_outputs"][2] - 128) < 1e-3);
});

testWith("events have the published fields, checksums, and the figures of every epoch", PROTOC, async () => {
  using one = await writtenRun();
  const { run } = one.run;
  const records = recordsIn((await exported(run, "tensorboard"))["events.out.tfevents.0.retrace"]);
  const texts: string[] = [];
  for (const record of records) texts.push(await decodedEvent(record));
  assertEquals(texts.length, run.epochs + 2);
  assertEquals(texts[0], 'file_version: "brain.Event:2"\n');
  texts.slice(1).forEach((text, epoch) => {
    const numberOf = (field: string) => Number(new RegExp(`^${field}: (\\S+)$`, "m").exec(text)?.[1] ?? 0);
    assertEquals([numberOf("wall_time"), numberOf("step")], [epoch, epoch]);
    const scalars = [...text.matchAll(/tag: "(\w+)"\s+simple_value: (\S+)/g)].map(([, tag, value]) => [tag, value]);
    const expected = run.columns.flatMap(({ figure }) => {
      const value = run.figures[figure][epoch];
      return typeof value === "number" ? [[figure, Math.fround(value)]] : [];
    });
    assertEquals(scalars.map(([tag, value]) => [tag, Math.fround(Number(value))]), expected);
  });
});

/** The records of a TFRecord file, whose checksums are compared. */
function recordsIn(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(file.buffer, file.byteOffset);
  const unmasked = (masked: number) => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return (rotated >>> 17 | rotated << 15) >>> 0;
  };
  const records: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < file.length;) {
    const end = at + 12 + Number(view.getBigUint64(at, true));
    assertEquals(unmasked(view.getUint32(at + 8, true)), crc32c(file.subarray(at, at + 8)));
    assertEquals(unmasked(view.getUint32(end, true)), crc32c(file.subarray(at + 12, end)));
    records.push(file.slice(at + 12, end));
    at = end + 4;
  }
  return records;
}

/** A message as the text of Protocol Buffers. */
async function decodedEvent(message: Uint8Array<ArrayBuffer>): Promise<string> {
  const args = [`--proto_path=${import.meta.dirname}`, "--decode=Event", "event.proto"];
  const process = new Deno.Command("/usr/bin/protoc", { args, stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  const writer = process.stdin.getWriter();
  await writer.write(message);
  await writer.close();
  const { stdout, stderr } = await process.output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout);
}
