import { curve } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { named } from "../../define/library.ts";
import { paramsOf } from "../kinds/run_params.ts";

/** The loss over the epochs: in validation if there are validation rows, or else on the test set; and in training. */
export const loss = defineChart({
  name: "loss",
  picture: "png",
  title: "Loss",
  about: "Training: mean over the epoch's batches, while the weights are changing. The other curve: after each epoch.",
  source: import.meta.url,
  when: ({ experiment }) => "train" in experiment.pipeline,
  live: true,
  draw({ figures, experiment, library }) {
    const { loss, batchSize } = paramsOf(experiment);
    const reduction = named(library.losses, loss.name).reduction(loss);
    const per = reduction === "sum" ? `, summed over a batch of ${batchSize}` : ", mean over the rows";
    const training = curve("training", figures.train_loss);
    const look = { label: loss.name + per, unit: "number" } as const;
    const validation = figures["validation.loss"];
    if (validation === undefined) {
      return {
        kind: "lines",
        panels: [{ ...look, series: [curve("test (not for choosing)", figures.loss), training] }],
      };
    }
    // Where there is an accuracy, its chart shows the best epoch.
    const best = figures["validation.accuracy"] === undefined ? { best: "lowest" } as const : {};
    return { kind: "lines", panels: [{ ...look, ...best, series: [curve("validation", validation), training] }] };
  },
});
