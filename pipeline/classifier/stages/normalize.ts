/** Normalization: brings the pixels to mean 0 and standard deviation 1 (article section "Normalize the data"). */
import { z } from "zod";
import { FormatError } from "../../../core/errors.ts";
import { outputOf, plainStage } from "../../engine/stage/define.ts";
import { encodeJson } from "../../formats/json.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { decodeNpyOf } from "../../formats/npy_of.ts";
import type { Artifact } from "../../engine/stage/stage.ts";
import { measureBytes, measureFloats, type Moments } from "./moments.ts";
import { tensorize } from "./tensorize.ts";

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
export const normalize = plainStage({
  name: "normalize",
  version: 1,
  about: "Shift and scale the pixels by a mean and a standard deviation, given or measured on the training set.",
  source: import.meta.url,
  params,
  inputs: {
    train_images: outputOf(tensorize, "train_images"),
    test_images: outputOf(tensorize, "test_images"),
    table: outputOf(tensorize, "table"),
  },
  outputs: {
    train_images: { format: "npy", about: "Training images [N, D]: uint8 to be looked up in the table, or float32." },
    test_images: { format: "npy", about: "Test images [N, D], alike." },
    table: { format: "npy", about: "float32 [256]: the normalized value of every byte; empty for float32 images." },
    moments: { format: "json", about: "The mean and standard deviation that were used." },
  },
  run({ params, inputs }) {
    const table = readTable(inputs.table);
    const isTable = table.length > 0;
    const given = params.mean !== undefined && params.std !== undefined;
    const images = (split: "train_images" | "test_images") =>
      decodeNpyOf(inputs[split].bytes(), split, "f4", [null, null]);
    const train = isTable ? null : images("train_images");
    const moments: Moments = params.mean !== undefined && params.std !== undefined
      ? { mean: params.mean, std: params.std }
      : isTable
      ? measureBytes(readPixels(inputs.train_images), 255 / table[255])
      : measureFloats(train!.data);
    if (!Number.isFinite(moments.mean)) {
      throw new FormatError(
        "The training images must be finite numbers to have a mean, but some are NaN or infinite; correct the dataset.",
      );
    }
    if (!(moments.std > 0)) {
      throw new FormatError(
        "The training images are all of one value, so that their standard deviation is 0; give mean and std.",
      );
    }
    const about = encodeJson({ ...moments, measured: !given });
    if (isTable) {
      const { train_images, test_images } = inputs;
      return { train_images, test_images, table: encodeNpy("f4", [256], normalized(table, moments)), moments: about };
    }
    const test = images("test_images");
    return {
      train_images: encodeNpy("f4", train!.shape, normalized(train!.data, moments)),
      test_images: encodeNpy("f4", test.shape, normalized(test.data, moments)),
      table: inputs.table,
      moments: about,
    };
  },
});

function readPixels(images: Artifact): Uint8Array {
  return decodeNpyOf(images.bytes(), "train_images", "u1", [null, null]).data;
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
