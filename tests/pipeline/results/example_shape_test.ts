/** The shape of the images, and how their numbers were normalized, from the dataset's files to the results. */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "node:path";
import { FormatError } from "../../../core/errors.ts";
import { scoped } from "../../../core/tensor/tensor.ts";
import { layers } from "../../../pipeline/classifier/layers.ts";
import { parseIdx } from "../../../pipeline/formats/idx.ts";
import { decodeNpy } from "../../../pipeline/formats/npy.ts";
import { makeClassifier } from "../../../pipeline/predict/classifier.ts";
import { isMnistShape } from "../../../pipeline/predict/mnist_form.ts";
import { carriedModel } from "../../../pipeline/results/carried_model.ts";
import { readTrainedModel } from "../../../pipeline/results/trained_model.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { runOnShape } from "./shaped_run.ts";

const OF_PICTURES = ["mistakes.png", "predictions.png", "samples.png", "weights.png"];

Deno.test("results state the shape of images, and have pictures only of pictures", async () => {
  using small = makeSmallDataset({ epochs: 1, train: 64, test: 32 });
  const cases: [shape: number[], arePictures: boolean, isDigit: boolean][] = [
    [[28, 28], true, true],
    [[1, 28, 28], true, true],
    [[28, 28, 1], true, true],
    [[14, 56], true, false],
    [[784], false, false],
    [[14, 14, 4], false, false],
  ];
  for (const [shape, arePictures, isDigit] of cases) {
    const { run, folder, input, names } = await runOnShape(small, shape, "u8", { mean: 0.1307, std: 0.3081 });
    assertEquals(input.shape, shape);
    assertEquals(OF_PICTURES.filter((name) => names.includes(name)), arePictures ? OF_PICTURES : [], String(shape));
    const model = carriedModel(run)!;
    assertEquals("shape" in model ? model.shape : null, isDigit ? shape : null);
    const trained = scoped(() => makeClassifier(readTrainedModel(folder), layers).shape);
    assertEquals([trained, isMnistShape(trained)], [shape, isDigit]);
  }
});

Deno.test("input.json gives measured moments exactly: with it, others compute the numbers that the model is given", async () => {
  using small = makeSmallDataset({ epochs: 1, train: 64, test: 32 });
  const floats = await runOnShape(small, [28, 28], "f32", {});
  assertMatch(
    JSON.stringify(floats.input),
    /"type":"float32","scale":"none","mean":[\d.]+,"std":[\d.]+,"measured":true/,
  );
  const raw = parseIdx(Deno.readFileSync(join(small.data, "test_images-f32-28x28")), "raw").data;
  const given = decodeNpy(floats.run.artifact("test_images").bytes(), "given").data;
  const computed = Float32Array.from(raw, normalizer(floats.input.mean!, floats.input.std!));
  assertEquals(computed, given);

  const bytes = await runOnShape(small, [28, 28], "u8", {});
  assertMatch(JSON.stringify(bytes.input), /"type":"uint8","scale":"unit","mean":[\d.]+,"std":[\d.]+,"measured":true/);
  const unit = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
  const table = decodeNpy(Deno.readFileSync(join(bytes.folder, "normalize.npy")), "table").data;
  assertEquals(unit.map(normalizer(bytes.input.mean!, bytes.input.std!)), table);
});

Deno.test("makeClassifier() rejects a shape that is none, or not that of the model's input", async () => {
  using small = makeSmallDataset({ epochs: 1, train: 64, test: 32 });
  const { folder } = await runOnShape(small, [28, 28], "u8", { mean: 0, std: 1 });
  const trained = readTrainedModel(folder);
  for (const shape of [undefined, null, "28,28", [], [28, -28], [2.5], [14, 28], [29, 28]]) {
    assertThrows(() => scoped(() => makeClassifier({ ...trained, shape }, layers)), FormatError);
  }
});

/** As in docs/results.md: every operation is rounded to float32. */
function normalizer(mean: number, std: number): (value: number) => number {
  return (value) => Math.fround(Math.fround(value - Math.fround(mean)) / Math.fround(std));
}
