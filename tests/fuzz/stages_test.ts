/** The stages, on artifacts that are well hashed and yet not theirs: somebody else's cache may hold anything. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { scoped, tensor } from "../../core/tensor/tensor.ts";
import { encodeJson } from "../../pipeline/formats/json.ts";
import { encodeNpy, type NpyDtype } from "../../pipeline/formats/npy.ts";
import { encodeSafetensors } from "../../pipeline/formats/safetensors.ts";
import { batch } from "../../pipeline/classifier/stages/batch.ts";
import { modelOf, restore } from "../../pipeline/classifier/kinds/checkpoint.ts";
import { makeEvaluator } from "../../pipeline/classifier/stages/evaluator.ts";
import { confusionTable } from "../../pipeline/classifier/kinds/confusion_matrix.ts";
import { Dataset } from "../../pipeline/classifier/kinds/dataset_kind.ts";
import {
  batches as batchesKind,
  type Evaluation,
  evaluation as evaluationKind,
} from "../../pipeline/classifier/kinds/json_kinds.ts";
import { classifier } from "../../pipeline/classifier/pipeline.ts";
import { normalize } from "../../pipeline/classifier/stages/normalize.ts";
import { split } from "../../pipeline/classifier/stages/split.ts";
import { tensorize } from "../../pipeline/classifier/stages/tensorize.ts";
import { makeTrainer } from "../../pipeline/classifier/stages/trainer.ts";
import { trainParams } from "../../pipeline/classifier/stages/train_params.ts";
import { readPredictions } from "../../pipeline/classifier/kinds/predictions.ts";
import { artifactOf, runStage } from "../pipeline/classifier/in_memory.ts";
import { fuzz, settledOrNull, valueOrNull } from "./fuzz.ts";
import { damaged } from "./mutations.ts";
import { BATCHES, EVALUATION, IDX, NPY, WIDE_EVALUATION } from "./samples.ts";

const TABLE = encodeNpy("f4", [256], Float32Array.from({ length: 256 }, (_, v) => Math.fround(v / 255)));
const IMAGES = encodeNpy("u1", [5, 3], Uint8Array.from({ length: 15 }, (_, i) => i * 17));
const LABELS = encodeNpy("u1", [5], Uint8Array.of(0, 1, 0, 1, 1));
const CHECKPOINT = encodeSafetensors({
  tensors: [
    { name: "0.weight", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    { name: "0.bias", shape: [2], data: Float32Array.of(0, -1) },
  ],
  metadata: { model: '["linear(3,2)","softmax"]', loss: '{"reduction":"sum","clamp":1e-10}' },
});

/** Whole arrays, of any type and shape: well written, and not what a stage wrote. */
const others = fc.tuple(
  fc.constantFrom<NpyDtype>("u1", "i1", "i4", "f4", "f8"),
  fc.oneof(fc.constant([256]), fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 3 })),
  fc.infiniteStream(fc.oneof(fc.integer({ min: -300, max: 300 }), fc.double())),
).map(([dtype, shape, values]) => {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Array.from({ length }, () => values.next().value);
  const ArrayType =
    { u1: Uint8Array, i1: Int8Array, i4: Int32Array, f4: Float32Array, f8: Float64Array }[dtype as "u1"];
  return encodeNpy(dtype, shape, ArrayType.from(data) as never);
});

/** An array, damaged, or another one. */
const instead = (array: Uint8Array<ArrayBuffer>) => fc.oneof(damaged([array, ...NPY]), others);

/** What training and evaluation read: each of it right, or damaged. */
const inputs = fc.record({
  images: fc.oneof(fc.constant(IMAGES), instead(IMAGES)),
  labels: fc.oneof(fc.constant(LABELS), instead(LABELS)),
  table: fc.oneof(fc.constant(TABLE), instead(TABLE)),
  batches: fc.oneof(fc.constant(BATCHES), damaged([BATCHES])),
  checkpoint: fc.oneof(fc.constant(CHECKPOINT), damaged([CHECKPOINT])),
});

const PARAMS = trainParams(classifier).parse({
  model: ["linear(3,2)", "softmax"],
  optimizer: { name: "sgd", lr: 0.1 },
  epochs: 1,
});

function datasetOf(split: "train" | "test", images: Uint8Array, labels: Uint8Array, table: Uint8Array): Dataset {
  const parts = { [`${split}_images`]: images, [`${split}_labels`]: labels, table };
  return new Dataset(Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, artifactOf(bytes)])));
}

const readBatches = (bytes: Uint8Array) => batchesKind.open({ batches: artifactOf(bytes) });
const readEvaluation = (bytes: Uint8Array) => evaluationKind.open({ evaluation: artifactOf(bytes) });

fuzz("makeTrainer()", inputs, ({ images, labels, table, batches, checkpoint }) => {
  scoped(() =>
    valueOrNull(() => {
      const dataset = datasetOf("train", images, labels, table);
      const trainer = makeTrainer(PARAMS, { dataset, batches: readBatches(batches) }, classifier);
      const optimizer = encodeSafetensors({ tensors: [], metadata: {} });
      trainer.resume({ step: 0, outputs: { checkpoint: artifactOf(checkpoint), optimizer: artifactOf(optimizer) } });
      trainer.runEpoch(1);
    })
  );
});

fuzz("makeEvaluator()", inputs, ({ images, labels, table, checkpoint }) => {
  scoped(() => {
    const evaluation = valueOrNull(() => {
      const dataset = datasetOf("test", images, labels, table);
      const evaluator = makeEvaluator(dataset, "test", artifactOf(checkpoint), 2, classifier);
      return evaluator.evaluate(artifactOf(checkpoint), 0);
    });
    if (evaluation !== null) readEvaluation(encodeJson(evaluation));
  });
});

fuzz("modelOf() and restore()", damaged([CHECKPOINT]), (bytes) => {
  scoped(() =>
    valueOrNull(() => {
      const { model } = modelOf(artifactOf(bytes), classifier.layers);
      restore(artifactOf(bytes), model.parameters);
      restore(artifactOf(bytes), [{ name: "0.weight", value: tensor([2, 3]) }]);
    })
  );
});

fuzz("readBatches()", damaged([BATCHES]), (bytes) => {
  const batches = valueOrNull(() => readBatches(bytes));
  if (batches !== null) assertEquals((batches.batches - 1) * batches.size + batches.last, batches.rows);
});

fuzz("readEvaluation()", damaged([EVALUATION, WIDE_EVALUATION]), (bytes) => {
  const evaluation = valueOrNull(() => readEvaluation(bytes));
  if (evaluation !== null) assertEquals(confusionTable((evaluation as Evaluation).confusion).flat().length, 4);
});

fuzz("readPredictions()", fc.tuple(others, others), ([predictions, labels]) => {
  valueOrNull(() => readPredictions({ artifact: (name) => artifactOf(name === "predictions" ? predictions : labels) }));
});

const [trainImages, trainLabels, testImages, testLabels] = IDX;
const files = fc.record({
  train_images: fc.oneof(fc.constant(trainImages), damaged([trainImages, ...IDX])),
  train_labels: fc.oneof(fc.constant(trainLabels), damaged([trainLabels, ...IDX])),
  test_images: fc.oneof(fc.constant(testImages), damaged([testImages])),
  test_labels: fc.oneof(fc.constant(testLabels), damaged([testLabels])),
});

const given = (bytes: Record<string, Uint8Array>) =>
  Object.fromEntries(Object.entries(bytes).map(([name, one]) => [name, artifactOf(one)]));

fuzz("tensorize", files, async (files) => {
  await settledOrNull(() => runStage(tensorize, {}, given({ ...files, class_names: encodeJson([]) })));
});

const shapes = fc.constantFrom([3], [1, 3]);

fuzz("normalize", fc.record({ table: instead(TABLE), images: instead(IMAGES), shape: shapes }), async (one) => {
  for (const params of [{}, { mean: 0.5, std: 2 }]) {
    for (const table of [one.table, TABLE]) {
      await settledOrNull(() =>
        runStage(
          normalize,
          params,
          given({
            ...{ train_images: one.images, validation_images: one.images, test_images: one.images, table },
            example_shape: encodeJson(one.shape),
          }),
        )
      );
    }
  }
});

fuzz("split", fc.record({ images: instead(IMAGES), labels: instead(LABELS) }), async (one) => {
  for (const [images, labels] of [[one.images, LABELS], [IMAGES, one.labels]]) {
    const dataset = { train_images: images, train_labels: labels, test_images: IMAGES, test_labels: LABELS };
    await settledOrNull(() => runStage(split, { validation: 2 }, given(dataset)));
  }
});

fuzz("batch", instead(LABELS), async (train_labels) => {
  await settledOrNull(() => runStage(batch, {}, given({ train_labels })));
});
