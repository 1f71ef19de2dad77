import { curve } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { named } from "../../define/library.ts";
import { paramsOf } from "../kinds/run_params.ts";

/** The loss over the epochs, in training and on the test set. */
export const loss = defineChart({
  name: "loss",
  picture: "png",
  title: "Loss",
  about: "Test: after each epoch. Training: mean over the epoch's batches, while the weights are changing.",
  source: import.meta.url,
  when: ({ experiment }) => "train" in experiment.pipeline,
  live: true,
  draw({ figures, experiment, library }) {
    const { loss, batchSize } = paramsOf(experiment);
    const reduction = named(library.losses, loss.name).reduction(loss);
    const per = reduction === "sum" ? `, summed over a batch of ${batchSize}` : ", mean over the images";
    const series = [curve("test", figures.loss), curve("training", figures.train_loss)];
    return { kind: "lines", panels: [{ label: loss.name + per, unit: "number", series }] };
  },
});
