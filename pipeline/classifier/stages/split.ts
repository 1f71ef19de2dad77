/** The split: rows that training does not see, to choose by, and to be tested on at the end. */
import { z } from "zod";
import { FormatError } from "../../../core/errors.ts";
import { defineStage, only } from "../../define/define_stage.ts";
import type { Artifact, Produced } from "../../engine/stage/kind.ts";
import { readNpyHeader } from "../../formats/npy.ts";
import { npyOfRows } from "../../formats/npy_pieces.ts";
import { Dataset, dataset } from "../kinds/dataset_kind.ts";
import { splitSizes } from "../kinds/split_sizes.ts";
import { SPLIT } from "../kinds/stage_names.ts";

const size = z.number().positive()
  .refine((size) => size < 1 || Number.isInteger(size), "a whole number of rows, or a share below 1");

const drawn = only(
  dataset,
  ...["train_images", "train_labels", "validation_images", "validation_labels", "test_images", "test_labels"],
);

/**
 * torch's random_split(rows, [train, validation, test], generator=torch.Generator().manual_seed(seed)): a permutation of
 * the training rows, of which the training set has the first, and the test set the last.
 */
export const split = defineStage({
  name: SPLIT,
  version: 1,
  about: "Draw validation rows from the training rows, and test rows if the dataset has none.",
  source: import.meta.url,
  params: () =>
    z.strictObject({
      validation: size.optional()
        .describe("Validation rows: their number, or their share of the training rows if below 1, rounded down."),
      test: size.optional().describe("Test rows, for a dataset without a test set; also a number or a share."),
      seed: z.int().nonnegative().default(0).describe("The seed of the draw. Default: the experiment's seed."),
    }).refine(({ validation, test }) => validation !== undefined || test !== undefined, {
      message: "set validation, test or both",
    }),
  inputs: { dataset: only(dataset, "train_images", "train_labels", "test_images", "test_labels") },
  outputs: { dataset: drawn },
  async run({ params, inputs: { dataset } }) {
    const { Generator } = await import("../../../core/random/mod.ts");
    const [images, labels] = [rowsOf(dataset.part("train_images")), rowsOf(dataset.part("train_labels"))];
    if (images.count !== labels.count) {
      throw new FormatError(`train_images: expected ${labels.count} rows, one per label, but found ${images.count}.`);
    }
    const { train, validation } = splitSizes(params, images.count);
    const order = new Generator(params.seed).randperm(images.count);
    const draw = (first: number, end?: number) => {
      const own = order.subarray(first, end);
      return [images.gathered(own), labels.gathered(own)];
    };
    const parts: Partial<Record<string, Produced>> = {};
    [parts.train_images, parts.train_labels] = draw(0, train);
    if (params.validation !== undefined) {
      [parts.validation_images, parts.validation_labels] = draw(train, train + validation);
    }
    if (params.test !== undefined) [parts.test_images, parts.test_labels] = draw(train + validation);
    return { dataset: new Dataset<Produced>({ ...dataset.parts, ...parts }) };
  },
});

/** The rows of an array `[N, …]`; `gathered` returns those of an order as an .npy file. */
function rowsOf(array: Artifact) {
  const file = array.bytes();
  const { shape: [count = 0] } = readNpyHeader(file, "the rows to split");
  return { count, gathered: (order: Int32Array) => npyOfRows(file, order) };
}
