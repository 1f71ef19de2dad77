/** Turns the dataset's files into arrays (article section "Normalize the data": torchvision's ToTensor). */
import { z } from "zod";
import { FormatError } from "../../../core/errors.ts";
import { outputOf, plainStage } from "../../engine/stage/define.ts";
import { type IdxArray, parseIdx } from "../../formats/idx.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { download } from "./download.ts";

/** Labels are stored as uint8. */
const MOST_CLASSES = 256;

const params = z.strictObject({
  scale: z.enum(["unit", "none"]).default("unit").describe(
    'What becomes of bytes: "unit" divides them by 255, as ToTensor; "none" leaves 0 to 255. Other numbers stay.',
  ),
  classes: z.int().min(1).max(MOST_CLASSES).default(10).describe("Labels are 0 to classes - 1."),
});

/** An image file: `count` rows of `features` elements. */
interface Images {
  idx: IdxArray;
  count: number;
  features: number;
}

/**
 * Byte images stay bytes, with a table of the 256 values that they stand for: a quarter of the memory, and the same bits
 * once looked up. Images of other numbers become float32.
 */
export const tensorize = plainStage({
  name: "tensorize",
  version: 1,
  about: "Turn the images into rows of numbers and the labels into class numbers, and check both.",
  source: import.meta.url,
  params,
  inputs: {
    train_images: outputOf(download, "train_images"),
    train_labels: outputOf(download, "train_labels"),
    test_images: outputOf(download, "test_images"),
    test_labels: outputOf(download, "test_labels"),
  },
  outputs: {
    train_images: { format: "npy", about: "Training images [N, D]: uint8 to be looked up in the table, or float32." },
    train_labels: { format: "npy", about: "Training labels, uint8 [N]." },
    test_images: { format: "npy", about: "Test images [M, D], of the same type." },
    test_labels: { format: "npy", about: "Test labels, uint8 [M]." },
    table: { format: "npy", about: "float32 [256]: the value of every byte; empty for float32 images." },
  },
  run({ params, inputs }) {
    const train = readImages(inputs.train_images.bytes(), "train_images");
    const test = readImages(inputs.test_images.bytes(), "test_images");
    mustBeAlike(train, test);
    const trainLabels = readLabels(inputs.train_labels.bytes(), "train_labels", params.classes);
    const testLabels = readLabels(inputs.test_labels.bytes(), "test_labels", params.classes);
    mustPair(train.count, trainLabels.length, "train");
    mustPair(test.count, testLabels.length, "test");
    const table = train.idx.dtype === "u8" ? byteTable(params.scale) : new Float32Array(0);
    return {
      train_images: encodeImages(train),
      train_labels: encodeNpy("u1", [train.count], trainLabels),
      test_images: encodeImages(test),
      test_labels: encodeNpy("u1", [test.count], testLabels),
      table: encodeNpy("f4", [table.length], table),
    };
  },
});

/** table[v] = f32(v / 255), as ToTensor's `div(255)` on float32; or v itself. float32 [256]. */
function byteTable(scale: "unit" | "none"): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => scale === "unit" ? value / 255 : value);
}

function readImages(bytes: Uint8Array, label: string): Images {
  const idx = parseIdx(bytes, label);
  const [count, ...dimensions] = idx.shape;
  const features = dimensions.reduce((product, dimension) => product * dimension, 1);
  if (count < 1 || features < 1 || dimensions.length < 1) {
    throw new FormatError(
      `${label}: expected images of shape [N, …] with at least one image of at least one pixel, found [${
        idx.shape.join(", ")
      }].`,
    );
  }
  return { idx, count, features };
}

function encodeImages({ idx, count, features }: Images): Uint8Array<ArrayBuffer> {
  if (idx.dtype === "u8") return encodeNpy("u1", [count, features], idx.data);
  return encodeNpy("f4", [count, features], idx.dtype === "f32" ? idx.data : new Float32Array(idx.data));
}

function readLabels(bytes: Uint8Array, label: string, classes: number): Uint8Array {
  const { dtype, shape, data } = parseIdx(bytes, label);
  if (shape.length !== 1 || dtype === "f32" || dtype === "f64") {
    throw new FormatError(
      `${label}: expected labels as whole numbers of shape [N], found ${dtype} [${shape.join(", ")}].`,
    );
  }
  const labels = new Uint8Array(data.length);
  for (let row = 0; row < data.length; row++) {
    const value = data[row];
    if (value < 0 || value >= classes) {
      throw new FormatError(
        `${label}: label ${value} at row ${row} of ${data.length}; expected 0 to ${classes - 1}. ` +
          "If the dataset has more classes, set tensorize.classes.",
      );
    }
    labels[row] = value;
  }
  return labels;
}

function mustBeAlike(train: Images, test: Images): void {
  if (train.idx.dtype === test.idx.dtype && train.features === test.features) return;
  const describe = ({ idx, features }: Images) => `${idx.dtype} with ${features} values per image`;
  throw new FormatError(
    `The images must be alike: train_images are ${describe(train)}, test_images are ${describe(test)}. ` +
      "Check that download.files names files of one dataset.",
  );
}

function mustPair(images: number, labels: number, split: string): void {
  if (images === labels) return;
  throw new FormatError(
    `Every image needs a label: ${split}_images has ${images} images, ${split}_labels ${labels} labels. ` +
      "Check that download.files names files of one dataset.",
  );
}
