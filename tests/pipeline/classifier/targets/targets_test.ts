import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { classifier } from "../../../../pipeline/classifier/pipeline.ts";
import { command } from "../../../../pipeline/cli/commands/export.ts";
import { fieldProblem } from "../../../../pipeline/define/definition_fields.ts";
import { defineTarget } from "../../../../pipeline/define/target.ts";
import { DefinitionError, UsageError } from "../../../../pipeline/engine/run_errors.ts";
import { decodeNpy } from "../../../../pipeline/formats/npy.ts";
import { decodeSafetensors } from "../../../../pipeline/formats/safetensors.ts";
import { makeSmallDataset } from "../../../small_dataset.ts";
import { finishRun } from "../../results/finished_run.ts";
import { runOnShape } from "../../results/shaped_run.ts";
import { TEST_ROWS, writtenRun } from "../../results/written_run.ts";
import { exported, withLayer } from "./exported_run.ts";

Deno.test("without --to, export lists every target", async () => {
  const without = { pipeline: classifier, args: ["small"], options: {} } as never;
  const { message } = await assertRejects(async () => await command.run(without), UsageError);
  const lines = message.split("\n").slice(1).map((line) => line.trim().split(/ {2,}/));
  assertEquals(lines, classifier.targets.map(({ name, about }) => [name, about]));
});

Deno.test("a target has a name that can be typed, and that a folder can have", () => {
  const problem = (name: string) => fieldProblem("targets", { ...defineTarget({ name, write: () => ({}) }) });
  assertEquals(
    [...classifier.targets.map(({ name }) => name), "weka-3"].map(problem).filter((one) => one !== null),
    [],
  );
  for (const name of ["", "../out", "a b", "A", "-x"]) assertStringIncludes(problem(name)!, '"--to" cannot have');
});

Deno.test("the same run has the same files, with or without what it is checked with", async () => {
  using run = await writtenRun();
  for (const { name } of classifier.targets) {
    const all = await exported(run.run.run, name);
    assertEquals(await exported(run.run.run, name), all);
    const { "test_images.npy": images, ...rest } = all;
    if (name === "tensorboard") assertEquals(images, undefined);
    else assertEquals(decodeNpy(images, "images").shape, [TEST_ROWS, 28, 28]);
    const fewer = await exported(run.run.run, name, false);
    assert(Object.keys(fewer).every((file) => Object.hasOwn(rest, file) && fewer[file].length > 0), name);
  }
});

Deno.test("a layer that does not say how another tool writes it is named, with what to add", async () => {
  using written = await writtenRun();
  const { run } = written.run;
  for (const [to, field, tool] of [["pytorch", "torch", "PyTorch"], ["onnx", "onnx", "ONNX"]]) {
    const lacking = withLayer(run, "relu", { [field]: undefined });
    const error = await assertRejects(() => exported(lacking, to), DefinitionError);
    assertStringIncludes(
      error.message,
      `Layer 1 relu does not say how it is written for ${tool}. Add the field "${field}"`,
    );
    await exported(lacking, to === "onnx" ? "pytorch" : "onnx");
  }
});

Deno.test("a layer is written with its arguments, and with the shape of what it is given", async () => {
  using written = await writtenRun();
  const run = withLayer(written.run.run, "relu", { torch: (_args, input) => `nn.LayerNorm([${input}])` });
  const text = new TextDecoder().decode((await exported(run, "pytorch"))["model.py"]);
  const modules = ["nn.Linear(784, 8),", "nn.LayerNorm([8]),", "nn.Linear(8, 10),", "nn.Softmax(dim=1),"];
  assertStringIncludes(text, modules.map((one) => `        ${one}\n`).join(""));
});

Deno.test("what a run is called cannot end a text of Python", async () => {
  using written = await writtenRun();
  const run = { ...written.run.run, name: 'a\'\\\n"""; import os #' };
  const text = new TextDecoder().decode((await exported(run, "pytorch"))["model.py"]);
  assertStringIncludes(text, `\nRUN = 'a\\'\\\\\\U0000000a"""; import os #'\n`);
});

Deno.test("numbers that are no bytes go in as they are in the dataset, with the run's mean and std", async () => {
  using small = makeSmallDataset({ train: 64, test: 32, epochs: 1 });
  const { run, input } = await runOnShape(small, [4, 14, 14], "f32", {});
  const files = await exported(run, "numpy");
  assertEquals(files["normalize.npy"], undefined);
  const value = (name: string) => decodeNpy(files[name], name).data[0];
  assertEquals(value("mean.npy"), Math.fround(input.mean!));
  assertEquals(value("std.npy"), Math.fround(input.std!));
  const images = decodeNpy(files["test_images.npy"], "images");
  assertEquals(images.shape, [32, 4, 14, 14]);
  // What normalize made of them is what the model was given.
  const given = decodeNpy(run.artifact("test_images").bytes(), "given").data as Float32Array;
  const normalized = (images.data as Float32Array).map((x) =>
    Math.fround(Math.fround(x - Math.fround(input.mean!)) / Math.fround(input.std!))
  );
  assertEquals(normalized, given);
});

Deno.test("numpy has the parameters, the outputs, and the columns of history.csv", async () => {
  using written = await writtenRun();
  const { run } = written.run;
  const files = await exported(run, "numpy", false);
  const { tensors } = decodeSafetensors(run.artifact("checkpoint").bytes(), "checkpoint");
  assertEquals(tensors.map(({ name }) => name), ["0.weight", "0.bias", "2.weight", "2.bias"]);
  for (const { name, shape, data } of tensors) {
    assertEquals(decodeNpy(files[`${name}.npy`], name), { dtype: "f4", shape: [...shape], data });
  }
  assertEquals(files["test_outputs.npy"], run.artifact("predictions").bytes());
  assertEquals(files["normalize.npy"], run.artifact("table").bytes());
  const header = new TextDecoder("latin1").decode(files["history.npy"]).split("\n")[0];
  const columns = [...header.matchAll(/\('(\w+)', '<f8'\)/g)].map(([, name]) => name);
  assertEquals(columns, Deno.readTextFileSync(written.path("history.csv")).split("\n")[0].split(","));
});

Deno.test("a run that has evaluated nothing is exported without outputs to compare with", async () => {
  using small = makeSmallDataset({ train: 64, test: 32, epochs: 1 });
  const experiment = { ...small.experiment, chain: ["download", "tensorize", "normalize", "batch", "train"] };
  const { run } = await finishRun(small.write("untested.json", experiment), small.path("cache"));
  const files = await exported(run, "pytorch");
  // Nothing has counted right answers, so there is nothing to compare with.
  assertEquals(Object.keys(files).includes("test_outputs.npy"), false);
  assert((await exported(run, "tensorboard"))["events.out.tfevents.0.retrace"].length > 0);
});
