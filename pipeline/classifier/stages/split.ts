/** The split: rows that training does not see, to choose by, and to be tested on at the end. */
import { z } from "zod";
import { defineStage, only } from "../../define/define_stage.ts";
import type { Artifact, Produced } from "../../engine/stage/artifact.ts";
import { npyHeader, readWholeNpyHeader } from "../../formats/npy.ts";
import { Dataset, dataset } from "../kinds/dataset_kind.ts";
import { splitSizes } from "../kinds/split_sizes.ts";

const size = z.number().positive().refine(
  (size) => size < 1 || Number.isInteger(size),
  "a whole number of rows, or a share below 1",
);

const parts = only(
  dataset,
  ...["train_images", "train_labels", "validation_images", "validation_labels", "test_images", "test_labels"],
);

/**
 * torch's random_split(rows, [train, validation, test], generator=torch.Generator().manual_seed(seed)): a permutation of
 * the training rows, of which the training set has the first, and the test set the last.
 */
export const split = defineStage({
  name: "split",
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
  outputs: { dataset: parts },
  async run({ params, inputs: { dataset } }) {
    const { Generator } = await import("../../../core/random/mod.ts");
    const [images, labels] = [dataset.part("train_images"), dataset.part("train_labels")];
    const [rows] = shapeOf(labels, "train_labels");
    const { train, validation } = splitSizes(params, rows);
    const order = new Generator(params.seed).randperm(rows);
    const [forTrain, forValidation, forTest] = [
      order.subarray(0, train),
      order.subarray(train, train + validation),
      order.subarray(train + validation),
    ];
    const drawn = (
      order: Int32Array,
    ) => [gathered(images, order, "train_images"), gathered(labels, order, "train_labels")];
    const [train_images, train_labels] = drawn(forTrain);
    const parts: Partial<Record<string, Produced>> = { train_images, train_labels };
    if (params.validation !== undefined) [parts.validation_images, parts.validation_labels] = drawn(forValidation);
    if (params.test !== undefined) [parts.test_images, parts.test_labels] = drawn(forTest);
    return { dataset: new Dataset<Produced>({ ...dataset.parts, ...parts }) };
  },
});

function shapeOf(artifact: Artifact, name: string): number[] {
  return readWholeNpyHeader(artifact.bytes(), name).shape;
}

/** The rows of an array `[N, …]` in this order, as an .npy file. */
function gathered(array: Artifact, order: Int32Array, name: string): Uint8Array<ArrayBuffer> {
  const bytes = array.bytes();
  const { dtype, shape: [rows, ...shape], offset } = readWholeNpyHeader(bytes, name);
  const width = (bytes.length - offset) / rows;
  const header = npyHeader(dtype, [order.length, ...shape]);
  const file = new Uint8Array(header.length + order.length * width);
  file.set(header);
  order.forEach((row, i) =>
    file.set(bytes.subarray(offset + row * width, offset + (row + 1) * width), header.length + i * width)
  );
  return file;
}
