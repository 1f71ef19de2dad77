/** Validation: evaluates the checkpoint of every epoch on the test set, which training never sees. */
import { z } from "zod";
import { defineFold, eachStep, only } from "../../define/define_stage.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { checkpoint } from "../kinds/checkpoint.ts";
import { dataset, predictions } from "../kinds/dataset_kind.ts";
import { evaluation } from "../kinds/json_kinds.ts";

export const validate = defineFold({
  name: "validate",
  version: 1,
  about: "Evaluate the checkpoint of every epoch on the test set.",
  source: import.meta.url,
  params: () =>
    z.strictObject({
      batch_size: z.int().positive().default(64)
        .describe("Rows in a batch, for the mean of batch accuracies and the loss."),
    }),
  stepName: "epoch",
  inputs: { dataset: only(dataset, "test_images", "test_labels", "table"), checkpoint: eachStep(checkpoint) },
  outputs: { predictions },
  each: { evaluation },
  stepParams: (params) => params,
  async *run({ params, inputs, library, signal, progress }, resume) {
    // Loaded only to evaluate.
    const [{ openScope }, { makeEvaluator }] = await Promise.all([
      import("../../../core/tensor/tensor.ts"),
      import("./evaluator.ts"),
    ]);
    using _memory = openScope();
    const { checkpoint } = inputs;
    const evaluator = makeEvaluator(inputs.dataset, checkpoint[0], params.batch_size, library);
    let epoch = resume?.step ?? -1;
    // The list grows while training continues. When nothing has been added, the last epoch is done.
    while (++epoch < checkpoint.length) {
      signal.throwIfAborted();
      yield { evaluation: evaluator.evaluate(checkpoint[epoch], epoch) };
      progress(epoch, null, `epoch ${epoch}`);
    }
    const { shape, data } = evaluator.predict(checkpoint[checkpoint.length - 1]);
    return { predictions: encodeNpy("f4", shape, data) };
  },
});
