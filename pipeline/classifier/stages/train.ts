/** Training: a fold over epochs, one checkpoint each (article sections "Training" and "Setup Training Loops"). */
import { parseModel } from "../../../core/layers/model_layers.ts";
import { defineFold, only } from "../../define/define_stage.ts";
import { checkpoint, optimizerState } from "../kinds/checkpoint.ts";
import { dataset } from "../kinds/dataset_kind.ts";
import { batches, metrics } from "../kinds/json_kinds.ts";
import { keyOfInit, pinInit } from "./initial_weights.ts";
import { trainDefinitions, trainParams, trainTitle } from "./train_params.ts";

export const train = defineFold({
  name: "train",
  version: 1,
  about: "Train the model, epoch by epoch.",
  source: import.meta.url,
  params: trainParams,
  definitions: trainDefinitions,
  title: trainTitle,
  stepName: "epoch",
  inputs: { dataset: only(dataset, "train_images", "train_labels", "table", "example_shape"), batches },
  outputs: {},
  each: { checkpoint, optimizer: optimizerState, metrics },
  lastStep: ({ epochs }) => epochs,
  pin: async ({ init, model }, { layers }, context) =>
    typeof init === "string" ? {} : { init: await pinInit(init, parseModel(model, layers), context) },
  keyParams: (params) => ({ ...params, init: keyOfInit(params.init) }),
  keyNote: (path, { init }) => path === "init" && typeof init !== "string" ? init.from : undefined,
  stepParams: ({ epochs: _, ...params }) => ({ ...params, init: keyOfInit(params.init) }),
  async *run({ params, inputs, library, progress, pause, hasEnded, pinned }, resume) {
    // Loaded only to train: most runs find their epochs stored.
    const [{ openScope }, { makeTrainer }] = await Promise.all([
      import("../../../core/tensor/tensor.ts"),
      import("./trainer.ts"),
    ]);
    using _memory = openScope();
    const trainer = makeTrainer(params, inputs, library);
    if (resume === null) {
      if (typeof params.init !== "string") trainer.startFrom(pinned(params.init.sha256!));
      yield trainer.outputs(trainer.untrained());
    } else {
      trainer.resume(resume);
    }
    for (let epoch = (resume?.step ?? 0) + 1; epoch <= params.epochs && !hasEnded(); epoch++) {
      const steps = trainer.stepsOf(epoch);
      let state = steps.next();
      for (; !state.done; state = steps.next()) {
        const due = pause();
        if (due === null) continue;
        progress(...trainer.progress());
        await due;
      }
      progress(...trainer.progress());
      yield trainer.outputs(state.value);
    }
    return {};
  },
});
