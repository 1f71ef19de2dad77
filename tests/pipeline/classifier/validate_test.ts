import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { DivergedError } from "../../../core/errors.ts";
import { parseModel } from "../../../core/layers/model_layers.ts";
import { makeModel } from "../../../core/model/model.ts";
import { decodeJson } from "../../../pipeline/formats/json.ts";
import { decodeNpy, encodeNpy } from "../../../pipeline/formats/npy.ts";
import { encodeModel } from "../../../pipeline/classifier/kinds/checkpoint.ts";
import type { Evaluation } from "../../../pipeline/classifier/kinds/json_kinds.ts";
import { layers } from "../../../pipeline/classifier/layers.ts";
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { confusionTable } from "../../../pipeline/classifier/kinds/confusion_matrix.ts";
import { validate } from "../../../pipeline/classifier/stages/validate.ts";
import { artifactOf, type FoldOutputs, runFold } from "./in_memory.ts";
import { asFloats, mnist } from "./mnist.ts";
import { prepare, smallParams, trainInputs, validateInputs } from "./training.ts";

const ROWS = 150;
const CLASSES = 10;
const EPOCHS = 2;

/** A trained and evaluated model with each reduction. */
type Reduction = "mean" | "sum";
const trained = new Map<Reduction, ReturnType<typeof trainOnce>>();

async function trainOnce(reduction: Reduction) {
  const data = await prepare(mnist(256, ROWS));
  const lr = reduction === "mean" ? 0.1 : 0.1 / 64;
  const params = smallParams({ loss: { reduction, clamp: 1e-10 }, optimizer: { name: "sgd", lr }, epochs: EPOCHS });
  const { steps } = await runFold(train, params, await trainInputs(data, { size: 64 }));
  return { inputs: validateInputs(data, steps), labels: labelsOf(data.tensorized.test_labels.bytes()) };
}

async function evaluate(params: Record<string, unknown> = {}, reduction: Reduction = "mean") {
  if (!trained.has(reduction)) trained.set(reduction, trainOnce(reduction));
  const { inputs, labels } = await trained.get(reduction)!;
  const outputs = await runFold(validate, params, inputs);
  return { inputs, labels, outputs, evaluations: evaluationsOf(outputs), probabilities: probabilitiesOf(outputs) };
}

function labelsOf(bytes: Uint8Array): number[] {
  return Array.from(decodeNpy(bytes, "labels").data as Uint8Array);
}

function evaluationsOf({ steps }: FoldOutputs): Evaluation[] {
  return steps.map(({ evaluation }) => decodeJson<Evaluation>(evaluation.bytes()));
}

/** The predictions, one row per image. */
function probabilitiesOf({ closing }: FoldOutputs, rows = ROWS): number[][] {
  const { shape, data } = decodeNpy(closing.predictions.bytes(), "predictions");
  assertEquals(shape, [rows, CLASSES]);
  return Array.from(
    { length: rows },
    (_, row) => Array.from(data as Float32Array).slice(row * CLASSES, (row + 1) * CLASSES),
  );
}

function argmax(row: readonly number[]): number {
  return row.indexOf(Math.max(...row));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Splits a list into batches. */
function batchesOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

Deno.test("validate() evaluates every epoch, the untrained model first", async () => {
  const { evaluations } = await evaluate();
  assertEquals(evaluations.map(({ epoch }) => epoch), [0, 1, 2]);
  assert(evaluations[2].accuracy > evaluations[0].accuracy + 0.2, "training must have an effect");
});

Deno.test("validate() counts the predictions: correct, accuracy and confusion", async () => {
  const { evaluations, probabilities, labels } = await evaluate();
  const last = evaluations[EPOCHS];
  const confusion = Array.from({ length: CLASSES }, () => new Array<number>(CLASSES).fill(0));
  probabilities.forEach((row, i) => confusion[labels[i]][argmax(row)]++);
  assertEquals(last.confusion, confusion);
  const correct = confusion.reduce((sum, row, c) => sum + row[c], 0);
  assertEquals([last.correct, last.total, last.accuracy], [correct, ROWS, correct / ROWS]);
});

Deno.test("validate() outputs probabilities: those of an image sum to 1", async () => {
  const { probabilities } = await evaluate();
  for (const row of probabilities) {
    assert(row.every((p) => p >= 0 && p <= 1));
    assertAlmostEquals(row.reduce((sum, p) => sum + p, 0), 1, 1e-6);
  }
});

Deno.test("the support of a class in validate() is the sum of its confusion row and its number of labels", async () => {
  const { evaluations, labels } = await evaluate();
  for (const { classes, ...evaluation } of evaluations) {
    const confusion = confusionTable(evaluation.confusion);
    assertEquals(classes.map(({ class: c }) => c), Array.from({ length: CLASSES }, (_, c) => c));
    for (const { class: c, support, precision, recall } of classes) {
      assertStrictEquals(support, confusion[c].reduce((sum, count) => sum + count, 0));
      assertStrictEquals(support, labels.filter((label) => label === c).length);
      const predicted = confusion.reduce((sum, row) => sum + row[c], 0);
      assertStrictEquals(precision, predicted === 0 ? null : confusion[c][c] / predicted);
      assertStrictEquals(recall, support === 0 ? null : confusion[c][c] / support);
    }
  }
});

for (const reduction of ["mean", "sum"] as const) {
  Deno.test(`validate() reduces the loss of a batch by the ${reduction}, as in training, and outputs the loss per image, too`, async () => {
    const { evaluations, probabilities, labels } = await evaluate({}, reduction);
    const losses = probabilities.map((row, i) => -Math.log(row[labels[i]]));
    const sums = batchesOf(losses, 64).map((batch) => mean(batch) * (reduction === "sum" ? batch.length : 1));
    const last = evaluations[EPOCHS];
    assertAlmostEquals(last.loss! / mean(sums), 1, 1e-6);
    assertAlmostEquals(last.loss_per_image! / mean(losses), 1, 1e-6);
  });
}

Deno.test("validate() outputs the article's accuracy: the mean over batches of 64, rounded to 4 digits", async () => {
  const { evaluations, probabilities, labels } = await evaluate();
  const right = probabilities.map((row, i) => (argmax(row) === labels[i] ? 1 : 0));
  const { mean_batch_accuracy, accuracy } = evaluations[EPOCHS];
  assertStrictEquals(mean_batch_accuracy, Number(mean(batchesOf(right, 64).map((batch) => mean(batch))).toFixed(4)));
  // 150 images are 64 + 64 + 22. The short batch counts as much as the others.
  assertNotEquals(mean_batch_accuracy, Number(accuracy.toFixed(4)));
});

Deno.test("batch_size affects only the loss and the mean of batches in validate()", async () => {
  const by64 = await evaluate({ batch_size: 64 });
  for (const batch_size of [1, 7, 75, ROWS, 1000]) {
    const other = await evaluate({ batch_size });
    assertStrictEquals(other.outputs.closing.predictions.digest, by64.outputs.closing.predictions.digest);
    other.evaluations.forEach((evaluation, epoch) => {
      const { loss: _, mean_batch_accuracy: __, loss_per_image, ...same } = evaluation;
      const { loss: ___, mean_batch_accuracy: ____, loss_per_image: expected, ...expectedSame } =
        by64.evaluations[epoch];
      assertEquals(same, expectedSame, `batch_size ${batch_size}`);
      assertAlmostEquals(loss_per_image! / expected!, 1, 1e-6);
    });
  }
  const [whole] = (await evaluate({ batch_size: ROWS })).evaluations;
  assertStrictEquals(whole.mean_batch_accuracy, Number(whole.accuracy.toFixed(4)));
  assertAlmostEquals(whole.loss! / whole.loss_per_image!, 1, 1e-6);
});

/** Evaluates a linear model with given weights. */
async function evaluateWeights(clamp: number, weightOf: (i: number) => number) {
  const model = makeModel(parseModel(["linear(784,10)", "softmax"], layers));
  model.parameters[0].value.data.forEach((_, i, data) => data[i] = weightOf(i));
  const checkpoint = artifactOf(encodeModel(model, { reduction: "mean", clamp }));
  return await runFold(validate, {}, validateInputs(await prepare(mnist(1, ROWS)), [{ checkpoint }]));
}

Deno.test("validate() outputs null for an infinite loss, and the clamped loss with a clamp", async () => {
  const sure = (i: number) => i % 10 === 3 ? 100 : -100;
  const [unclamped] = evaluationsOf(await evaluateWeights(0, sure));
  assertEquals([unclamped.loss, unclamped.loss_per_image], [null, null]);
  const [clamped] = evaluationsOf(await evaluateWeights(1e-10, sure));
  assertEquals(clamped.correct, unclamped.correct);
  assert(clamped.loss! > 0 && clamped.loss! <= -Math.log(1e-10) + 1e-4, `${clamped.loss}`);
});

Deno.test("validate() rejects a model that outputs NaN", async () => {
  const error = await assertRejects(() => evaluateWeights(1e-10, (i) => i % 2 === 0 ? 3e38 : -3e38), DivergedError);
  assertMatch(
    error.message,
    /untrained model on the test set is NaN: the numbers of the images, or the initial weights/,
  );
  assert(!error.message.includes("optimizer.lr"), "nothing has been learned yet");
});

Deno.test("validate() outputs the last evaluation as that of the test set, and with it the predictions", async () => {
  const { outputs: { steps, closing } } = await evaluate();
  assertStrictEquals(closing.test_evaluation.digest, steps[EPOCHS].evaluation.digest);
});

/** The same training, with the rows of the test set in two parts: for validation, and for the test at the end. */
async function evaluateSplit(first: "validation" | "test") {
  const { inputs } = await evaluate();
  const halfOf = (name: "images" | "labels", start: number) => {
    const { shape: [, ...shape], data } = decodeNpy(inputs[`test_${name}`].bytes(), name);
    const [rows, size] = [ROWS / 2, data.length / ROWS];
    const own = (data as Uint8Array).slice(start * rows * size, (start + 1) * rows * size);
    return artifactOf(encodeNpy("u1", [rows, ...shape], own));
  };
  const at = first === "validation" ? [0, 1] : [1, 0];
  const [validation_images, test_images] = at.map((half) => halfOf("images", half));
  const [validation_labels, test_labels] = at.map((half) => halfOf("labels", half));
  return await runFold(validate, {}, { ...inputs, validation_images, validation_labels, test_images, test_labels });
}

Deno.test("validate() evaluates every epoch on the validation rows, and only the last on the test set", async () => {
  const [one, other, whole] = [await evaluateSplit("validation"), await evaluateSplit("test"), await evaluate()];
  const each = evaluationsOf(one);
  assertEquals(each.map(({ set, total }) => [set, total]), Array(EPOCHS + 1).fill(["validation", ROWS / 2]));
  const test = decodeJson<Evaluation>(one.closing.test_evaluation.bytes());
  assertEquals([test.set, test.total, test.epoch], [undefined, ROWS / 2, EPOCHS]);
  // The other way round, the same rows have the same figures.
  const { set: _, ...validation } = evaluationsOf(other)[EPOCHS];
  assertEquals(test, validation);
  assertStrictEquals(each[EPOCHS].correct + test.correct, whole.evaluations[EPOCHS].correct);
  assertEquals(probabilitiesOf(one, ROWS / 2), whole.probabilities.slice(ROWS / 2));
  assertEquals(probabilitiesOf(other, ROWS / 2), whole.probabilities.slice(0, ROWS / 2));
});

Deno.test("validate() resumes after any epoch, with the same bytes", async () => {
  const { inputs, outputs } = await evaluate();
  for (let step = 0; step <= EPOCHS; step++) {
    const rest = await runFold(validate, {}, inputs, { step, outputs: outputs.steps[step] });
    assertEquals(
      rest.steps.map(({ evaluation }) => evaluation.digest),
      outputs.steps.slice(step + 1).map((one) => one.evaluation.digest),
    );
    assertStrictEquals(rest.closing.predictions.digest, outputs.closing.predictions.digest);
  }
});

Deno.test("validate() outputs the same evaluations for byte images and float images", async () => {
  const { outputs } = await evaluate();
  const data = await prepare(asFloats(mnist(256, ROWS)));
  const { steps } = await runFold(train, smallParams({ epochs: EPOCHS }), await trainInputs(data, { size: 64 }));
  const other = await runFold(validate, {}, validateInputs(data, steps));
  assertStrictEquals(other.closing.predictions.digest, outputs.closing.predictions.digest);
  assertEquals(evaluationsOf(other), evaluationsOf(outputs));
});
