/**
 * Validation: evaluates the checkpoint of every epoch on the validation rows, and the last one's on the test set. Training
 * sees neither. Without validation rows, every epoch is evaluated on the test set, as in the article.
 */
import { z } from "zod";
import { defineFold, eachStep, only } from "../../define/define_stage.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { checkpoint } from "../kinds/checkpoint.ts";
import { dataset, hasValidation, predictions } from "../kinds/dataset_kind.ts";
import { evaluation } from "../kinds/json_kinds.ts";
import { earlyStopping, endsAfter } from "./early_stopping.ts";

const evaluated = only(
  dataset,
  ...["validation_images", "validation_labels", "test_images", "test_labels", "table"],
);

export const validate = defineFold({
  name: "validate",
  version: 1,
  about:
    "Evaluate every epoch on the validation rows, and the last on the test set; without a split, every one on that.",
  source: import.meta.url,
  params: () =>
    z.strictObject({
      batch_size: z.int().positive().default(64)
        .describe("Rows in a batch, for the mean of batch accuracies and the loss."),
      early_stopping: earlyStopping.optional()
        .describe("Ends training when it no longer improves on the validation rows. Default: all epochs are trained."),
    }),
  stepName: "epoch",
  inputs: { dataset: evaluated, checkpoint: eachStep(checkpoint) },
  outputs: { predictions, test_evaluation: evaluation },
  each: { evaluation },
  // What ends training is no part of an epoch's result.
  keyParams: ({ batch_size }) => ({ batch_size }),
  stepParams: ({ batch_size }) => ({ batch_size }),
  ends: ({ early_stopping: rule }) =>
    rule === undefined ? null : (epochs) => endsAfter(epochs.map(({ evaluation }) => evaluation), rule),
  async *run({ params, inputs, library, signal, progress }, resume) {
    // Loaded only to evaluate.
    const [{ openScope }, { makeEvaluator }] = await Promise.all([
      import("../../../core/tensor/tensor.ts"),
      import("./evaluator.ts"),
    ]);
    using _memory = openScope();
    const { dataset, checkpoint } = inputs;
    const on = (set: "validation" | "test") => makeEvaluator(dataset, set, checkpoint[0], params.batch_size, library);
    const isSplit = hasValidation(dataset);
    const evaluator = on(isSplit ? "validation" : "test");
    let epoch = resume?.step ?? -1;
    // The list grows while training continues. When nothing has been added, the last epoch is done.
    while (++epoch < checkpoint.length) {
      signal.throwIfAborted();
      yield { evaluation: evaluator.evaluate(checkpoint[epoch], epoch) };
      progress(epoch, null, `epoch ${epoch}`);
    }
    const last = checkpoint.length - 1;
    const { evaluation, shape, data } = (isSplit ? on("test") : evaluator).predict(checkpoint[last], last);
    return { predictions: encodeNpy("f4", shape, data), test_evaluation: evaluation };
  },
});
