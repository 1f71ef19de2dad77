/** Validation: evaluates the checkpoint of every epoch on the test set, which training never sees. */
import { z } from "zod";
import { eachOutputOf, foldStage, outputOf } from "../../engine/stage/define.ts";
import { encodeJson } from "../../formats/json.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { fastestBackend } from "./backend_choice.ts";
import { normalize } from "./normalize.ts";
import { tensorize } from "./tensorize.ts";
import { train } from "./train.ts";

const params = z.strictObject({
  batch_size: z.int().positive().default(64).describe(
    "Rows in a batch, for the mean of batch accuracies and the loss.",
  ),
});

export const validate = foldStage({
  name: "validate",
  version: 1,
  about: "Evaluate the checkpoint of every epoch on the test set.",
  source: import.meta.url,
  params,
  stepName: "epoch",
  inputs: {
    images: outputOf(normalize, "test_images"),
    table: outputOf(normalize, "table"),
    labels: outputOf(tensorize, "test_labels"),
    checkpoint: eachOutputOf(train, "checkpoint"),
  },
  outputs: {
    predictions: { format: "npy", about: "float32 [N, C]: the last epoch's probabilities for every test image." },
  },
  each: {
    evaluation: { format: "json", about: "Accuracy, loss, confusion matrix, precision and recall." },
  },
  lastStep: (_, { checkpoint }) => checkpoint.length - 1,
  stepParams: (params) => params,
  async *run({ params, inputs, signal, progress }, resume) {
    // Loaded when there is something to evaluate.
    const [backend, { openScope }, { makeEvaluator }] = await Promise.all([
      fastestBackend(),
      import("../../../core/tensor.ts"),
      import("./evaluator.ts"),
    ]);
    using _memory = openScope();
    const evaluator = makeEvaluator(inputs, params.batch_size, backend);
    const last = inputs.checkpoint.length - 1;
    for (let epoch = (resume?.step ?? -1) + 1; epoch <= last; epoch++) {
      signal.throwIfAborted();
      yield { evaluation: encodeJson(evaluator.evaluate(inputs.checkpoint[epoch], epoch)) };
      progress(epoch, last, `epoch ${epoch}/${last}`);
    }
    const { shape, data } = evaluator.predict(inputs.checkpoint[last]);
    return { predictions: encodeNpy("f4", shape, data) };
  },
});
