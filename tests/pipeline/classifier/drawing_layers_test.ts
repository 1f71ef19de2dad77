/** Training with random masks, running statistics, augmented images and the first rows only. */
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DivergedError, FormatError, ShapeError } from "../../../core/errors.ts";
import { batch } from "../../../pipeline/classifier/stages/batch.ts";
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { validate } from "../../../pipeline/classifier/stages/validate.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../pipeline/formats/safetensors.ts";
import { parametersIn } from "../../../pipeline/formats/tensor_digests.ts";
import { artifactOf, contextOf, openInputs, type Outputs, paramsOf, runFold, runPlain } from "./in_memory.ts";
import { asFloats, mnist } from "./mnist.ts";
import { metricsOf, prepare, smallParams, trainInputs, validateInputs } from "./training.ts";

const prepared = await prepare(mnist(200, 20));
const inputs = await trainInputs(prepared, { size: 60, rows: 190 });

const DROPOUT = ["linear(784,8)", "dropout(0.3)", "relu", "linear(8,10)", "softmax"];
const NORM = ["linear(784,8)", "batchnorm1d(8)", "relu", "linear(8,10)", "softmax"];
const AUGMENT = [{ name: "shift", pixels: 2 }, { name: "rotate", degrees: 10 }, { name: "flip" }];

const bytesOf = (steps: readonly Outputs[]) =>
  steps.map((outputs) => Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest])));
const weightsOf = (steps: readonly Outputs[]) => steps.map(({ checkpoint }) => checkpoint.digest);
const namesIn = ({ bytes }: { bytes(): Uint8Array<ArrayBuffer> }) =>
  decodeSafetensors(bytes(), "file").tensors.map(({ name, shape }) => `${name} ${shape}`);
const trained = async (changes: Record<string, unknown>) => (await runFold(train, smallParams(changes), inputs)).steps;

const TRAININGS: Record<string, Record<string, unknown>> = {
  "dropout": { model: DROPOUT },
  "dropout and randn": { model: DROPOUT, init: "randn", seed: 4 },
  "batch norm": { model: NORM },
  "augmentation": { augment: AUGMENT },
  "all of it, and momentum": {
    model: ["dropout(0.1)", ...NORM.slice(0, 3), "dropout", ...NORM.slice(3)],
    augment: AUGMENT,
    augment_seed: 9,
    optimizer: { name: "sgd", lr: 0.05, momentum: 0.9 },
  },
};

for (const [name, changes] of Object.entries(TRAININGS)) {
  Deno.test(`train() resumes after any epoch, with the bytes of an uninterrupted run, with ${name}`, async () => {
    const params = smallParams({ ...changes, epochs: 3 });
    const straight = (await runFold(train, params, inputs)).steps;
    for (let step = 0; step <= 3; step++) {
      const { steps } = await runFold(train, params, inputs, { step, outputs: straight[step] });
      assertEquals(bytesOf(steps), bytesOf(straight).slice(step + 1), `after epoch ${step}`);
    }
  });
}

Deno.test("the generator's state is stored where a layer draws, and nowhere else", async () => {
  assertEquals(namesIn((await trained({ model: DROPOUT }))[1].optimizer), ["generator 625,2"]);
  // One that draws nothing.
  const none = await trained({ model: DROPOUT.map((text) => text.replace("0.3", "0")) });
  const without = await trained({ model: DROPOUT.filter((text) => !text.startsWith("dropout")) });
  for (const steps of [none, without]) assertEquals(namesIn(steps[1].optimizer), []);
  const parametersOf = (steps: Outputs[]) =>
    parametersIn(steps[2].checkpoint.bytes(), "weights").map(({ data }) => data);
  assertEquals(parametersOf(none), parametersOf(without));
});

Deno.test("a stored state that is none is refused before a kernel reads it", async () => {
  const params = smallParams({ model: DROPOUT });
  const { steps } = await runFold(train, params, inputs);
  const [{ name, shape, data }] = decodeSafetensors(steps[1].optimizer.bytes(), "optimizer").tensors;
  for (const [at, value, message] of [[1249, 625, "found 625"], [1248, 65535, "drawn words"], [7, 0.5, "found 0.5"]]) {
    const changed = data.slice();
    changed[Number(at)] = Number(value);
    const optimizer = artifactOf(encodeSafetensors({ tensors: [{ name, shape, data: changed }], metadata: {} }));
    const resume = { step: 1, outputs: { ...steps[1], optimizer } };
    await assertRejects(() => runFold(train, params, inputs, resume), FormatError, String(message));
  }
});

Deno.test("masks are drawn after the weights, also if those are replaced by a run's", async () => {
  const params = smallParams({ model: DROPOUT });
  const { steps } = await runFold(train, params, inputs);
  const weights = steps[0].checkpoint.bytes();
  const from = paramsOf(train, { ...params, init: { from: "a", sha256: "0".repeat(64) } });
  const context = contextOf(from, openInputs(train, inputs), { pinned: () => weights });
  const again: unknown[] = [];
  for await (
    const { checkpoint } of train.run(context, null) as AsyncIterable<{ checkpoint: Uint8Array<ArrayBuffer> }>
  ) {
    again.push(artifactOf(checkpoint).digest);
  }
  assertEquals(again, weightsOf(steps));
});

Deno.test("augmentation changes neither weights, masks nor the order, and learns from other images", async () => {
  const [plain, augmented, other] = [
    await trained({ model: DROPOUT }),
    await trained({ model: DROPOUT, augment: AUGMENT }),
    await trained({ model: DROPOUT, augment: AUGMENT, augment_seed: 1 }),
  ];
  assertEquals(plain[0].checkpoint.digest, augmented[0].checkpoint.digest);
  assertEquals(plain[2].optimizer.digest, augmented[2].optimizer.digest);
  assertEquals(new Set([plain, augmented, other].map((steps) => steps[1].checkpoint.digest)).size, 3);
  const seeded = (changes: Record<string, unknown>) => trained({ augment: AUGMENT, seed: 5, epochs: 1, ...changes });
  assertEquals(weightsOf(await seeded({})), weightsOf(await seeded({ augment_seed: 5 })));
  // Nothing moves if the chance of it is 0.
  const still = await trained({ model: DROPOUT, augment: [{ name: "flip", p: 0 }] });
  assertEquals(weightsOf(still), weightsOf(plain));
});

Deno.test("float32 images are augmented as bytes are: their smallest number is black", async () => {
  const floats = await trainInputs(await prepare(asFloats(mnist(200, 20))), { size: 60, rows: 190 });
  const params = smallParams({ augment: AUGMENT });
  assertEquals(weightsOf((await runFold(train, params, floats)).steps), weightsOf(await trained({ augment: AUGMENT })));
});

Deno.test("running statistics are in checkpoints by torch's names, and evaluation uses them without changing them", async () => {
  const steps = await trained({ model: NORM });
  assertEquals(namesIn(steps[2].checkpoint), [
    ...["0.weight 8,784", "0.bias 8", "1.weight 8", "1.bias 8", "3.weight 10,8", "3.bias 10"],
    ...["1.running_mean 8", "1.running_var 8"],
  ]);
  const parameters = parametersIn(steps[2].checkpoint.bytes(), "weights").map(({ name }) => name);
  assertEquals(parameters, ["0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"]);
  const means = steps.map(({ checkpoint }) =>
    decodeSafetensors(checkpoint.bytes(), "checkpoint").tensors.find(({ name }) => name === "1.running_mean")!.data
  );
  assertEquals(Array.from(means[0]), Array(8).fill(0));
  assertNotEquals(means[1], means[2]);
  // The rows of a pass do not depend on each other.
  const evaluated = async (batch_size: number) =>
    (await runFold(validate, { batch_size }, validateInputs(prepared, steps))).closing.predictions.digest;
  assertEquals(await evaluated(1), await evaluated(7));
});

Deno.test("train() stores no running statistic that overflows, though the loss and the parameters stay finite", async () => {
  const steep = trained({ model: NORM, optimizer: { name: "sgd", lr: 1e20 }, epochs: 1 });
  await assertRejects(() => steep, DivergedError, "1.running_var became NaN or infinite in epoch 1");
});

Deno.test("a last batch of one row is refused where a layer needs two", async () => {
  const one = await trainInputs(prepared, { size: 60, rows: 181 });
  const error = await assertRejects(() => runFold(train, smallParams({ model: NORM }), one), ShapeError);
  assertStringIncludes(error.message, "layer 1 batchnorm1d(8) is trained on batches of at least 2 rows, but the last");
  await runFold(train, smallParams({ model: DROPOUT }), one);
});

Deno.test("batch.rows trains on the first rows in torch's order of so many", async () => {
  const first = (rows: number) => ({ size: 60, rows });
  const whole = await trainInputs(await prepare(mnist(130, 20)), { size: 60 });
  const some = await trainInputs(prepared, first(130));
  const run = async (given: typeof whole) => (await runFold(train, smallParams(), given)).steps;
  const [expected, found] = [await run(whole), await run(some)];
  assertEquals(weightsOf(found), weightsOf(expected));
  assertEquals(found.map(metricsOf), expected.map(metricsOf));
  const labels = { train_labels: prepared.tensorized.train_labels };
  const message = "expected at most the 200 rows of the training set as batch.rows, but found 201";
  await assertRejects(() => runPlain(batch, first(201), labels), FormatError, message);
  // Exactly all of them: the same batches.
  const all = await trainInputs(prepared, first(200));
  assertEquals(weightsOf(await run(all)), weightsOf(await run(await trainInputs(prepared, { size: 60 }))));
  assert(!new TextDecoder().decode(whole.batches.bytes()).includes('"of"'));
});
