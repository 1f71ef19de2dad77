/** Normalization to mean 0 and standard deviation 1 (article section "Normalize the data"). */
import { z } from "zod";
import { FormatError } from "../../../core/errors.ts";
import { defineStage, only } from "../../define/define_stage.ts";
import type { Artifact, Produced } from "../../engine/stage/kind.ts";
import { decodeNpyOf, encodeNpy } from "../../formats/npy.ts";
import { npyOf, type NpyPieces, openNpy } from "../../formats/npy_pieces.ts";
import { eachChanged } from "../../formats/pieces.ts";
import { Dataset, dataset } from "../kinds/dataset_kind.ts";
import { readExampleShape } from "../kinds/example_shape.ts";
import { checkFinite, placeOf } from "../kinds/finite_numbers.ts";
import { moments } from "../kinds/json_kinds.ts";
import { type Moments, normalized } from "../kinds/normalized_numbers.ts";
import { NORMALIZE } from "../kinds/stage_names.ts";
import { measureBytes, measureColumns } from "./moments.ts";

const oneOrList = (number: z.ZodNumber) => z.union([number, z.array(number).min(1)]);

const params = z.strictObject({
  mean: oneOrList(z.number().refine((mean) => Number.isFinite(Math.fround(mean)), "infinite as float32"))
    .optional().describe(
      "The mean to subtract, or a list of those of a table's columns. Default: that of the training set, of each column of " +
        "a table by itself.",
    ),
  std: oneOrList(z.number().positive().refine((std) => std <= 0 || isDivisor(std), "0 or infinite as float32"))
    .optional().describe("The standard deviation to divide by, or a list. Requires mean."),
}).refine(({ mean, std }) => (mean === undefined) === (std === undefined), {
  message: "mean and std belong together: set both, or neither to measure them on the training set",
}).refine(({ mean, std }) => mean === undefined || std === undefined || sizeOf(mean) === sizeOf(std), {
  message: "mean and std are a number each, or lists of the same length",
});

/** The length of a list; 0 for a number. */
function sizeOf(moment: number | readonly number[]): number {
  return typeof moment === "number" ? 0 : moment.length;
}

const changed = only(dataset, "train_images", "validation_images", "test_images", "table");
const read = only(dataset, "train_images", "validation_images", "test_images", "table", "example_shape");

/**
 * x = (x − mean) / std, each operation rounded to float32, like torchvision.transforms.Normalize. The validation rows and
 * the test set are normalized with the training set's moments, because measuring them would mean learning from them.
 * Where an example is a row of numbers, such as metres and kilograms, and no picture, each column is measured by itself.
 */
export const normalize = defineStage({
  name: NORMALIZE,
  version: 1,
  about: "Shift and scale the numbers by a mean and a standard deviation, given or measured on the training set.",
  source: import.meta.url,
  params: () => params,
  inputs: { dataset: read },
  outputs: { dataset: changed, moments },
  run({ params: { mean, std }, inputs: { dataset } }) {
    const table = readTable(dataset.part("table"));
    const train = imagesOf(dataset.part("train_images"), "train_images");
    const validation = imagesOf(dataset.part("validation_images"), "validation_images");
    const test = imagesOf(dataset.part("test_images"), "test_images");
    const measured = mean === undefined || std === undefined;
    const isTable = readExampleShape(dataset.part("example_shape")).length === 1;
    const used = measured ? measure(train, table, isTable) : { mean, std };
    checkColumns(used, train);
    return {
      dataset: new Dataset<Produced>({
        train_images: normalizedImages(train, used),
        validation_images: normalizedImages(validation, used),
        test_images: normalizedImages(test, used),
        table: table.length === 0
          ? dataset.part("table")
          : encodeNpy("f4", [256], normalized(table, used, (i) => `the value of byte ${i}`)),
      }),
      moments: { ...used, measured },
    };
  },
});

/** Images as they are stored: bytes with values in the table, or numbers. They are read in pieces, as often as needed. */
type Images = { name: string; artifact: Artifact } & (NpyPieces<"u1"> | NpyPieces<"f4">);

function imagesOf(artifact: Artifact, name: string): Images {
  const { dtype, shape, pieces } = openNpy(artifact, name);
  const isEmptySet = shape.length === 1 && shape[0] === 0 && name !== "train_images";
  if (isEmptySet) return { name, artifact, dtype: "u1", shape, pieces: () => [] };
  if (shape.length === 2 && (dtype === "u1" || dtype === "f4")) {
    return { name, artifact, dtype, shape, pieces } as Images;
  }
  throw new FormatError(`${name}: expected u1 or f4 [N, D], but found an array of shape [${shape.join(", ")}].`);
}

/** Measures images. @throws FormatError if there is nothing to divide by, or a number is not finite. */
function measure(images: Images, table: Float32Array, isTable: boolean): Moments {
  if (images.dtype === "u1") {
    const moments = measureBytes(images.pieces(), 255 / table[255]);
    checkDivisor(moments.std);
    return moments;
  }
  const { mean, std } = measureColumns(images.pieces, isTable ? images.shape[1] : 1);
  // A sum of finite float32 numbers is finite in float64.
  if (!mean.every(Number.isFinite)) checkAllFinite(images);
  // A column of equal numbers becomes zeros, as in scikit-learn's StandardScaler.
  const divisors = isTable ? std.map((value) => value === 0 ? 1 : value) : std;
  divisors.forEach(checkDivisor);
  return isTable ? { mean, std: divisors } : { mean: mean[0], std: divisors[0] };
}

function checkAllFinite({ name, shape, pieces }: NpyPieces<"f4"> & { name: string }): void {
  for (const _ of eachChanged(pieces(), (values, first) => checkFinite(values, shape, name, first))) continue;
}

/** Bytes do not change: their values are in the table. */
function normalizedImages(images: Images, moments: Moments): Produced {
  if (images.dtype === "u1") return images.artifact;
  const { name, shape, pieces } = images;
  const change = (values: Float32Array, first: number) =>
    normalized(values, moments, (i) => {
      checkFinite(values, shape, name, first);
      return `${name}: the number at ${placeOf(first + i, shape)}`;
    }, first);
  return npyOf("f4", shape, eachChanged(pieces(), change));
}

/** @throws FormatError if there are moments of other columns than those of the examples. */
function checkColumns({ mean }: Moments, { dtype, shape: [, columns] }: Images): void {
  if (typeof mean === "number" || (dtype === "f4" && mean.length === columns)) return;
  const expected = dtype === "u1" ? "a number, because examples are bytes" : `${columns} numbers, one for each column`;
  throw new FormatError(`normalize.mean and normalize.std: expected ${expected}, but found lists of ${mean.length}.`);
}

/** @throws FormatError if a measured standard deviation is none to divide by. */
function checkDivisor(std: number): void {
  if (isDivisor(std)) return;
  const problem = std === 0
    ? "All numbers of the training examples are the same, so their standard deviation is 0"
    : `The standard deviation of the training examples is ${std}, which float32 cannot divide by`;
  throw new FormatError(`${problem}. Set mean and std.`);
}

/** True if a standard deviation is a positive, finite number as float32, too. */
function isDivisor(std: number): boolean {
  return Math.fround(std) > 0 && Number.isFinite(Math.fround(std));
}

/** The value of every byte, 0 to 1 or 0 to 255; empty for float images. */
function readTable(artifact: Artifact): Float32Array {
  const { data } = decodeNpyOf(artifact.bytes(), "table", "f4", [null]);
  if (data.length === 0 || (data.length === 256 && (data[255] === 1 || data[255] === 255))) return data;
  throw new FormatError(
    "table: expected f4 [256] from 0 to 1 or 255, or f4 [0], " +
      `but found f4 [${data.length}] that ends in ${data.at(-1)}.`,
  );
}
