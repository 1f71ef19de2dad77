/** Mini-batches: how the training rows are split, and their order (article section "Split into Mini-Batches"). */
import { z } from "zod";
import { FormatError } from "../../../core/errors.ts";
import { defineStage, only } from "../../define/define_stage.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { countLabels, dataset, firstOrder } from "../kinds/dataset_kind.ts";
import { checkFirstRows } from "../kinds/first_rows.ts";
import { batches } from "../kinds/json_kinds.ts";

/**
 * The order is that of torch's DataLoader(shuffle=True, generator=torch.Generator().manual_seed(seed)). It depends only
 * on the seed, the number of rows and the epoch, so all models with one seed see the same batches.
 */
export const batch = defineStage({
  name: "batch",
  version: 1,
  about: "Split the training rows into mini-batches, in a new order for every epoch.",
  source: import.meta.url,
  params: () =>
    z.strictObject({
      size: z.int().positive().default(64).describe("Rows in a batch; the last batch can be smaller."),
      rows: z.int().positive().optional().describe(
        "Train on the first rows of the training set only. Default: on all.",
      ),
      shuffle: z.boolean().default(true).describe("A new order for every epoch, instead of the order of the dataset."),
      seed: z.int().nonnegative().default(0).describe("The seed of the order. Default: the experiment's seed."),
    }),
  inputs: { dataset: only(dataset, "train_labels") },
  outputs: { batches, first_order: firstOrder },
  async run({ params: { size, rows: wanted, shuffle, seed }, inputs }) {
    const { EpochOrder } = await import("../../../core/random/mod.ts");
    const all = countLabels(inputs.dataset.part("train_labels"), "train_labels");
    if (all < 1) throw new FormatError("train_labels: expected at least one label, but found none.");
    checkFirstRows(wanted, all);
    const rows = wanted ?? all;
    const count = Math.ceil(rows / size);
    const order = new EpochOrder(seed, rows, shuffle).epoch(1);
    return {
      batches: {
        ...{ rows, size, shuffle, seed, batches: count, last: rows - (count - 1) * size },
        ...(wanted === undefined ? {} : { of: all }),
      },
      first_order: encodeNpy("i4", [rows], order),
    };
  },
});
