/** Training: a fold over epochs, one checkpoint each (article sections "Training" and "Setup Training Loops"). */
import { foldStage, outputOf } from "../../engine/stage/define.ts";
import { fastestBackend } from "./backend_choice.ts";
import { batch } from "./batch.ts";
import { normalize } from "./normalize.ts";
import { tensorize } from "./tensorize.ts";
import { trainParams } from "./train_params.ts";

export const train = foldStage({
  name: "train",
  version: 1,
  about: "Train the model, epoch by epoch.",
  source: import.meta.url,
  params: trainParams,
  stepName: "epoch",
  inputs: {
    images: outputOf(normalize, "train_images"),
    table: outputOf(normalize, "table"),
    labels: outputOf(tensorize, "train_labels"),
    batches: outputOf(batch, "batches"),
  },
  outputs: {},
  each: {
    checkpoint: { format: "safetensors", about: "The parameters after the epoch, by torch's state_dict names." },
    optimizer: { format: "safetensors", about: "What the optimizer remembers: velocities, or nothing." },
    metrics: { format: "json", about: "The epoch's training loss and accuracy." },
  },
  lastStep: ({ epochs }) => epochs,
  stepParams: ({ epochs: _, ...params }) => params,
  async *run({ params, inputs, signal, progress, pause }, resume) {
    // Loaded when there is something to train: most runs find their epochs stored.
    const [backend, { openScope }, { makeTrainer }] = await Promise.all([
      fastestBackend(),
      import("../../../core/tensor.ts"),
      import("./trainer.ts"),
    ]);
    using _memory = openScope();
    const trainer = makeTrainer(params, inputs, backend);
    if (resume === null) {
      yield trainer.outputs({ epoch: 0, train_loss: null, train_accuracy: null, train_clamped: null });
    } else {
      trainer.resume(resume);
    }
    for (let epoch = (resume?.step ?? 0) + 1; epoch <= params.epochs; epoch++) {
      const work = trainer.epochWithPauses(epoch, progress);
      let state = work.next();
      for (; !state.done; state = work.next()) {
        await pause();
        signal.throwIfAborted();
      }
      yield trainer.outputs(state.value);
    }
    return {};
  },
});
