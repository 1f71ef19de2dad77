/**
 * Complete trainings on the plain TypeScript twins, as on a machine without SIMD. The bytes of every checkpoint and
 * evaluation must be those of the WebAssembly kernels.
 */
import { assertEquals } from "@std/assert";
import { type Backend, plainBackend, wasmBackend } from "../../../core/tensor/backend.ts";
import { scoped } from "../../../core/tensor/tensor.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { encodeJson } from "../../../pipeline/formats/json.ts";
import { encodeNpy } from "../../../pipeline/formats/npy.ts";
import { makeEvaluator } from "../../../pipeline/classifier/stages/evaluator.ts";
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { makeTrainer } from "../../../pipeline/classifier/stages/trainer.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { validate } from "../../../pipeline/classifier/stages/validate.ts";
import { artifactOf, openInputs, paramsOf } from "./in_memory.ts";
import { asFloats, mnist } from "./mnist.ts";
import { prepare, type Prepared, smallParams, trainInputs, validateInputs } from "./training.ts";

const LINEAR = ["linear(784,10)", "softmax"];
const TRAININGS: Record<string, Record<string, unknown>> = {
  "the manual linear model": {
    model: LINEAR,
    init: "randn",
    gradient: "manual",
    loss: { reduction: "sum" },
    optimizer: { name: "basic", lr: 1 },
  },
  "the clamped linear model": {
    model: LINEAR,
    init: "randn",
    loss: { reduction: "sum", clamp: 1e-10 },
    optimizer: { name: "basic", lr: 1 },
  },
  "the two-layer net": {
    model: ["linear(784,30)", "relu", "linear(30,10)", "softmax"],
    loss: { reduction: "sum", clamp: 1e-10 },
    optimizer: { name: "sgd", lr: 0.001 },
  },
  "a deep net with Nesterov momentum and weight decay": {
    model: ["linear(784,21)", "relu", "linear(21,13)", "relu", "linear(13,10)", "softmax"],
    optimizer: { name: "sgd", lr: 0.05, momentum: 0.9, nesterov: true, weight_decay: 0.001 },
  },
  "a net with batch norm and dropout on augmented images": {
    model: ["linear(784,21)", "batchnorm1d(21)", "relu", "dropout(0.3)", "linear(21,10)", "softmax"],
    augment: [{ name: "rotate", degrees: 20 }],
  },
};

/** The digest of all outputs of two epochs of training and of their evaluations. */
async function digestsBy(backend: Backend, prepared: Prepared, changes: Record<string, unknown>) {
  // 300 rows in batches of 64: the last one has 44.
  const inputs = await trainInputs(prepared, { size: 64, seed: 3 });
  const params = paramsOf(train, smallParams({ seed: 3, ...changes }));
  return scoped(() => {
    const trainer = makeTrainer(params, openInputs(train, inputs), classifier, backend);
    const steps = [1, 2].map((epoch) => {
      const metrics = trainer.runEpoch(epoch);
      const { checkpoint, optimizer } = trainer.outputs(metrics);
      const bytes = { checkpoint, optimizer, metrics: encodeJson(metrics) };
      return Object.fromEntries(Object.entries(bytes).map(([name, one]) => [name, artifactOf(one as Uint8Array)]));
    });
    const { dataset, checkpoint } = openInputs(validate, validateInputs(prepared, steps));
    const evaluator = makeEvaluator(dataset, "test", checkpoint[0], 50, classifier, backend);
    const evaluations = steps.map(({ checkpoint }, i) => digestOfBytes(encodeJson(evaluator.evaluate(checkpoint, i))));
    const { shape, data } = evaluator.predict(steps[1].checkpoint, 1);
    const trained = steps.map((step) => Object.entries(step).map(([name, { digest }]) => [name, digest]));
    return { trained, evaluations, predictions: digestOfBytes(encodeNpy("f4", shape, data)) };
  });
}

async function assertSameBytes(prepared: Prepared, changes: Record<string, unknown>): Promise<void> {
  const [onTwins, onWasm] = [plainBackend, wasmBackend].map((backend) => digestsBy(backend, prepared, changes));
  assertEquals(await onWasm, await onTwins);
}

Deno.test("train and validate output the same bytes on the plain twins as on WebAssembly for float images", async () => {
  await assertSameBytes(await prepare(asFloats(mnist(300, 130))), {});
});

for (const [name, changes] of Object.entries(TRAININGS)) {
  Deno.test(`train and validate output the same bytes on the plain twins as on WebAssembly for ${name}`, async () => {
    await assertSameBytes(await prepare(mnist(300, 130)), changes);
  });
}
