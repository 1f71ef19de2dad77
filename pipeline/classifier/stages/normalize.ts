/** Normalization: brings the pixels to mean 0 and standard deviation 1 (article section "Normalize the data"). */
import { z } from "zod";
import { FormatError } from "../../../core/errors.ts";
import { defineStage, only } from "../../define/define_stage.ts";
import type { Artifact, Produced } from "../../engine/stage/artifact.ts";
import { decodeNpy, decodeNpyOf, encodeNpy } from "../../formats/npy.ts";
import { Dataset, dataset } from "../kinds/dataset_kind.ts";
import { moments } from "../kinds/json_kinds.ts";
import { measureBytes, measureFloats, type Moments } from "./moments.ts";

const params = z.strictObject({
  mean: z.number().optional().describe("The mean to subtract. Left out, it is measured on the training set."),
  std: z.number().positive().optional().describe("The standard deviation to divide by. Goes with mean."),
}).refine(({ mean, std }) => (mean === undefined) === (std === undefined), {
  message: "mean and std go together: give both, or neither to have them measured on the training set",
});

/**
 * x = (x − mean) / std, each operation rounded to float32, as torchvision.transforms.Normalize. The test set is
 * normalized with the training set's moments as they are: to measure it would be to learn from it.
 */
export const normalize = defineStage({
  name: "normalize",
  version: 1,
  about: "Shift and scale the pixels by a mean and a standard deviation, given or measured on the training set.",
  source: import.meta.url,
  params: () => params,
  inputs: { dataset: only(dataset, "train_images", "test_images", "table") },
  outputs: { dataset: only(dataset, "train_images", "test_images", "table"), moments },
  run({ params, inputs: { dataset } }) {
    const table = readTable(dataset.part("table"));
    const train = imagesOf(dataset.part("train_images"), "train_images");
    const test = imagesOf(dataset.part("test_images"), "test_images");
    const given = params.mean !== undefined && params.std !== undefined;
    const used: Moments = params.mean !== undefined && params.std !== undefined
      ? { mean: params.mean, std: params.std }
      : train.data instanceof Uint8Array
      ? measureBytes(train.data, 255 / table[255])
      : measureFloats(train.data);
    mustBeUsable(used);
    return {
      dataset: new Dataset<Produced>({
        train_images: normalizedImages(train, used),
        test_images: normalizedImages(test, used),
        table: table.length === 0 ? dataset.part("table") : encodeNpy("f4", [256], normalized(table, used)),
      }),
      moments: { ...used, measured: !given },
    };
  },
});

/** Images as they are stored: bytes to be looked up in the table, or numbers. */
interface Images {
  artifact: Artifact;
  shape: number[];
  data: Uint8Array | Float32Array;
}

function imagesOf(artifact: Artifact, name: string): Images {
  const { shape, data } = decodeNpy(artifact.bytes(), name);
  if (shape.length === 2 && (data instanceof Uint8Array || data instanceof Float32Array)) {
    return { artifact, shape, data };
  }
  throw new FormatError(`${name}: expected u1 or f4 [N, D], found an array of shape [${shape.join(", ")}].`);
}

/** Bytes stay what they are: their values are in the table. */
function normalizedImages({ artifact, shape, data }: Images, moments: Moments): Produced {
  return data instanceof Uint8Array ? artifact : encodeNpy("f4", shape, normalized(data, moments));
}

function mustBeUsable({ mean, std }: Moments): void {
  if (!Number.isFinite(mean)) {
    throw new FormatError(
      "The training images must be finite numbers to have a mean, but some are NaN or infinite; correct the dataset.",
    );
  }
  if (!(std > 0)) {
    throw new FormatError(
      "All pixels of the training images have the same value, so their standard deviation is 0; give mean and std.",
    );
  }
}

/** The value of every byte, 0 to 1 or 0 to 255; empty where images are floats. */
function readTable(artifact: Artifact): Float32Array {
  const { data } = decodeNpyOf(artifact.bytes(), "table", "f4", [null]);
  if (data.length === 0 || (data.length === 256 && (data[255] === 1 || data[255] === 255))) return data;
  throw new FormatError(
    `table: expected f4 [256] from 0 to 1 or 255, or f4 [0], found f4 [${data.length}] that ends in ${data.at(-1)}.`,
  );
}

function normalized(values: Float32Array, moments: Moments): Float32Array<ArrayBuffer> {
  const [mean, std] = [Math.fround(moments.mean), Math.fround(moments.std)];
  const out = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = Math.fround(values[i] - mean) / std;
  return out;
}
