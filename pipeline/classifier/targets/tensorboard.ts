/** The target TensorBoard: the figures over the epochs as an event file. */
import { defineTarget } from "../../define/target.ts";

/**
 * `--to tensorboard`. The same run has the same bytes, so neither the file's name nor its events contain a time: epoch 3
 * counts as three seconds after 1970 began.
 */
export const tensorboard = defineTarget({
  name: "tensorboard",
  about: "An event file with the figures over the epochs. It has no clock: epoch 3 is second 3 of 1970.",
  source: import.meta.url,
  begin: (folder) => `tensorboard --logdir ${folder}`,
  async write({ columns, epochs, figures }) {
    const { encodeEvents } = await import("../../formats/tensorboard_events.ts");
    const steps = Array.from({ length: epochs + 1 }, (_, epoch) =>
      columns.flatMap(({ figure }) => {
        const value = figures[figure][epoch];
        return typeof value === "number" ? [{ tag: figure, value }] : [];
      }));
    return { "events.out.tfevents.0.retrace": encodeEvents(steps) };
  },
});
