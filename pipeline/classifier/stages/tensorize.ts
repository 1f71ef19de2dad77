/** Turns the dataset's files into arrays (article section "Normalize the data": torchvision's ToTensor). */
import { z } from "zod";
import { FormatError } from "../../../core/errors.ts";
import type { FormatDefinition, NumberArray } from "../../define/format.ts";
import { named, nameOf } from "../../define/library.ts";
import { defineStage } from "../../define/define_stage.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { Dataset, dataset, files } from "../kinds/dataset_kind.ts";

/** Labels are stored as uint8. */
const MOST_CLASSES = 256;

/** An image file: `count` rows of `features` elements. */
interface Images {
  array: NumberArray;
  count: number;
  features: number;
}

/**
 * Byte images stay bytes, with a table of the 256 values that they stand for: a quarter of the memory, and the same bits
 * once looked up. Images of other numbers become float32.
 */
export const tensorize = defineStage({
  name: "tensorize",
  version: 1,
  about: "Turn the images into rows of numbers and the labels into class numbers, and check both.",
  source: import.meta.url,
  params: ({ formats }) =>
    z.strictObject({
      format: nameOf(formats).optional().describe(`How the files are to be read. Left out, ${formats[0].name}.`),
      scale: z.enum(["unit", "none"]).default("unit").describe(
        'What becomes of bytes: "unit" divides them by 255, as ToTensor; "none" leaves 0 to 255. Other numbers stay.',
      ),
      classes: z.int().min(1).max(MOST_CLASSES).default(10).describe("Labels are 0 to classes - 1."),
    }),
  definitions: ({ format }, { formats }) => [named(formats, format ?? formats[0].name)],
  inputs: { files },
  outputs: { dataset },
  run({ params, inputs, library: { formats } }) {
    const format = named(formats, params.format ?? formats[0].name);
    const bytes = (role: keyof typeof inputs.files) => inputs.files[role].bytes();
    const train = readImages(format, bytes("train_images"), "train_images");
    const test = readImages(format, bytes("test_images"), "test_images");
    mustBeAlike(train, test);
    const trainLabels = readLabels(format, bytes("train_labels"), "train_labels", params.classes);
    const testLabels = readLabels(format, bytes("test_labels"), "test_labels", params.classes);
    mustPair(train.count, trainLabels.length, "train");
    mustPair(test.count, testLabels.length, "test");
    const table = train.array.data instanceof Uint8Array ? byteTable(params.scale) : new Float32Array(0);
    return {
      dataset: new Dataset({
        train_images: encodeImages(train),
        train_labels: encodeNpy("u1", [train.count], trainLabels),
        test_images: encodeImages(test),
        test_labels: encodeNpy("u1", [test.count], testLabels),
        table: encodeNpy("f4", [table.length], table),
      }),
    };
  },
});

/** table[v] = f32(v / 255), as ToTensor's `div(255)` on float32; or v itself. float32 [256]. */
function byteTable(scale: "unit" | "none"): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => scale === "unit" ? value / 255 : value);
}

function readImages(format: FormatDefinition, bytes: Uint8Array<ArrayBuffer>, label: string): Images {
  const array = format.read(bytes, label);
  const [count, ...dimensions] = array.shape;
  const features = dimensions.reduce((product, dimension) => product * dimension, 1);
  if (count < 1 || features < 1 || dimensions.length < 1) {
    throw new FormatError(
      `${label}: expected images of shape [N, …] with at least one image of at least one pixel, found [${
        array.shape.join(", ")
      }].`,
    );
  }
  return { array, count, features };
}

function encodeImages({ array: { data }, count, features }: Images): Uint8Array<ArrayBuffer> {
  if (data instanceof Uint8Array) return encodeNpy("u1", [count, features], data);
  return encodeNpy("f4", [count, features], data instanceof Float32Array ? data : new Float32Array(data));
}

function readLabels(
  format: FormatDefinition,
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  classes: number,
): Uint8Array {
  const { shape, data } = format.read(bytes, label);
  if (shape.length !== 1 || data instanceof Float32Array || data instanceof Float64Array) {
    throw new FormatError(
      `${label}: expected labels as whole numbers of shape [N], found ${typeName(data)} [${shape.join(", ")}].`,
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
  if (train.array.data.constructor === test.array.data.constructor && train.features === test.features) return;
  const describe = ({ array, features }: Images) => `${typeName(array.data)} with ${features} values per image`;
  throw new FormatError(
    `The images must be alike: train_images are ${describe(train)}, test_images are ${describe(test)}. ` +
      "Check that download.files names files of one dataset.",
  );
}

/** "u8", "f32": what numbers of this array are called in messages. */
function typeName(data: NumberArray["data"]): string {
  const letter = data instanceof Float32Array || data instanceof Float64Array
    ? "f"
    : data instanceof Uint8Array
    ? "u"
    : "i";
  return `${letter}${8 * data.BYTES_PER_ELEMENT}`;
}

function mustPair(images: number, labels: number, split: string): void {
  if (images === labels) return;
  throw new FormatError(
    `Every image needs a label: ${split}_images has ${images} images, ${split}_labels ${labels} labels. ` +
      "Check that download.files names files of one dataset.",
  );
}
