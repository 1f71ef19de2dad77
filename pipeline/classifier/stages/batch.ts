/** Mini-batches: how the training rows are split and in which order they come (article section "Split into Mini-Batches"). */
import { z } from "zod";
import { FormatError } from "../../../core/errors.ts";
import { outputOf, plainStage } from "../../engine/stage/define.ts";
import { encodeJson } from "../../formats/json.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { decodeNpyOf } from "../../formats/npy_of.ts";
import { tensorize } from "./tensorize.ts";

/** How an epoch is split into batches: the `batches` artifact. */
export interface Batches {
  /** Rows in the training set. */
  rows: number;
  /** Rows in a batch; the last batch has `last`. */
  size: number;
  shuffle: boolean;
  seed: number;
  /** Batches in an epoch. */
  batches: number;
  last: number;
}

const params = z.strictObject({
  size: z.int().positive().default(64).describe("Rows in a batch; the last batch has what is left."),
  shuffle: z.boolean().default(true).describe("A new order for every epoch, or always the order of the dataset."),
  seed: z.int().nonnegative().default(0).describe("Seeds the order. Left out, the experiment's seed."),
});

/**
 * The order is that of torch's DataLoader(shuffle=True, generator=torch.Generator().manual_seed(seed)). It depends on
 * the seed, the number of rows and the epoch alone, so that all models of one seed see the same batches.
 */
export const batch = plainStage({
  name: "batch",
  version: 1,
  about: "Split the training rows into mini-batches, in an order of its own for every epoch.",
  source: import.meta.url,
  params,
  inputs: { train_labels: outputOf(tensorize, "train_labels") },
  outputs: {
    batches: { format: "json", about: "Rows, batch size, number of batches, and what seeds their order." },
    first_order: { format: "npy", about: "int32 [N]: the row numbers in the order of epoch 1." },
  },
  async run({ params, inputs }) {
    const { EpochOrder } = await import("../../../core/random/mod.ts");
    const [rows] = decodeNpyOf(inputs.train_labels.bytes(), "train_labels", "u1", [null]).shape;
    if (rows < 1) throw new FormatError("train_labels: expected u1 [N] with at least one label, found u1 [0].");
    const { size, shuffle, seed } = params;
    const count = Math.ceil(rows / size);
    const batches: Batches = { rows, size, shuffle, seed, batches: count, last: rows - (count - 1) * size };
    const order = new EpochOrder(seed, rows, shuffle).epoch(1);
    return { batches: encodeJson(batches), first_order: encodeNpy("i4", [rows], order) };
  },
});
