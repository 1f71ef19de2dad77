/** Models that output logits or logarithms: everything that shows a prediction shows probabilities. */
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { argmaxOf } from "../../../core/model/metrics.ts";
import { scoped } from "../../../core/tensor/tensor.ts";
import { layers } from "../../../pipeline/classifier/layers.ts";
import type { Evaluation } from "../../../pipeline/classifier/kinds/json_kinds.ts";
import { decodeJson } from "../../../pipeline/formats/json.ts";
import { parseIdx } from "../../../pipeline/formats/idx.ts";
import { decodeNpy } from "../../../pipeline/formats/npy.ts";
import { decodeSafetensors } from "../../../pipeline/formats/safetensors.ts";
import { makeClassifier } from "../../../pipeline/predict/classifier.ts";
import { readTrainedModel } from "../../../pipeline/results/trained_model.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { exported } from "../classifier/targets/exported_run.ts";
import { finishRun } from "./finished_run.ts";

const TEST_ROWS = 70;
const HIDDEN = ["linear(784,8)", "relu", "linear(8,10)"];
/** The same model with each loss: what of it is stored in the checkpoint, and what model.py says. */
const FORMS = {
  "cross-entropy": { last: ["softmax"], outputs: undefined, python: null },
  "cross-entropy-logits": { last: [], outputs: '"logits"', python: "torch.softmax(outputs, dim=1)" },
  nll: { last: ["log-softmax"], outputs: '"log-probabilities"', python: "outputs.exp()" },
};

/** Trains the model with each loss; the unclamped cross-entropy of softmax is close to both others. */
async function trainAll() {
  const small = makeSmallDataset({ train: 200, test: TEST_ROWS });
  const runs = [];
  for (const [name, { last }] of Object.entries(FORMS)) {
    const model = `train.model=${JSON.stringify([...HIDDEN, ...last])}`;
    const loss = `train.loss=${JSON.stringify({ name, ...(name === "cross-entropy" ? { clamp: 0 } : {}) })}`;
    const { run, writeTo } = await finishRun(small.config, small.path("cache"), [model, loss]);
    await writeTo(small.path(name));
    runs.push({ name: name as keyof typeof FORMS, run, folder: small.path(name) });
  }
  return { small, runs, [Symbol.dispose]: () => small[Symbol.dispose]() };
}

Deno.test("predictions, evaluations, predict and exports have probabilities, whatever a model outputs", async () => {
  using trained = await trainAll();
  const images = parseIdx(Deno.readFileSync(`${trained.small.data}/test_images`), "images").data as Uint8Array;
  const found: Float32Array[] = [];
  for (const { name, run, folder } of trained.runs) {
    const { outputs, python } = FORMS[name];
    const { shape, data } = decodeNpy(run.artifact("predictions").bytes(), "predictions");
    assertEquals(shape, [TEST_ROWS, 10]);
    const probabilities = data as Float32Array;
    found.push(probabilities);
    const rowOf = (row: number) => probabilities.subarray(row * 10, (row + 1) * 10);
    const labels = decodeNpy(run.artifact("test_labels").bytes(), "labels").data;
    let correct = 0;
    for (let row = 0; row < TEST_ROWS; row++) {
      assert(Math.abs(rowOf(row).reduce((sum, p) => sum + p, 0) - 1) < 1e-5 && rowOf(row).every((p) => p >= 0), name);
      if (argmaxOf(rowOf(row)) === labels[row]) correct++;
    }
    assertEquals(run.figures.correct.at(-1), correct);
    assertEquals(decodeJson<Evaluation>(run.artifact("test_evaluation").bytes()).correct, correct);

    // With ReLU, no bit depends on the size of a batch.
    const model = readTrainedModel(folder);
    assertEquals(decodeSafetensors(model.weights, "weights").metadata.outputs, outputs);
    scoped(() => {
      const classifier = makeClassifier(model, layers);
      for (const row of [0, 31, 69]) {
        assertEquals(classifier.predict(images.subarray(row * 784, (row + 1) * 784)), Float32Array.from(rowOf(row)));
      }
    });

    assertEquals(Object.hasOwn(run.figures, "train_clamped"), name === "cross-entropy");
    const files = await exported(run, "pytorch");
    assertEquals(files["test_outputs.npy"], run.artifact("predictions").bytes());
    const text = new TextDecoder().decode(files["model.py"]);
    assertEquals(text.includes("The outputs are"), python !== null);
    if (python !== null) assertStringIncludes(text, `    outputs = ${python}\n    labels`);
  }
  const [fromSoftmax, ...others] = found;
  for (const other of others) {
    assertNotEquals(other, fromSoftmax.map(() => 0));
    other.forEach((value, i) => assert(Math.abs(value - fromSoftmax[i]) < 1e-3));
  }
});
