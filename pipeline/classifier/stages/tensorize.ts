/** Turns the dataset's files into arrays (article section "Normalize the data": torchvision's ToTensor). */
import { z } from "zod";
import { FormatError } from "../../../core/errors.ts";
import type { FileRole } from "../../define/dataset.ts";
import type { Artifact, Produced } from "../../engine/stage/artifact.ts";
import type { FormatDefinition, NumberArray, NumberPieces } from "../../define/format.ts";
import { named, nameOf } from "../../define/library.ts";
import { defineStage } from "../../define/define_stage.ts";
import { encodeJson } from "../../formats/json.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { npyOf } from "../../formats/npy_pieces.ts";
import { eachChanged } from "../../formats/pieces.ts";
import { Dataset, dataset } from "../kinds/dataset_kind.ts";
import { files } from "../kinds/files_kind.ts";
import { encodeNames, readClassNames } from "../kinds/dataset_names.ts";
import { checkFinite } from "../kinds/finite_numbers.ts";

/** Labels are stored as uint8. */
const MAX_CLASSES = 256;

/** An image file: `count` images of this shape, with `features` elements. */
interface Images {
  label: string;
  array: NumberPieces;
  count: number;
  shape: readonly number[];
  features: number;
}

/**
 * Byte images remain bytes, with a table of the 256 values: a quarter of the memory, and the same bits once looked up.
 * Images of other numbers become float32.
 */
export const tensorize = defineStage({
  name: "tensorize",
  version: 1,
  about: "Turn the images into rows of numbers and the labels into class numbers, and check both.",
  source: import.meta.url,
  params: ({ formats }) =>
    z.strictObject({
      format: nameOf(formats).optional().describe(`The format of the files. Default: ${formats[0].name}.`),
      scale: z.enum(["unit", "none"]).default("unit").describe(
        'How bytes are scaled: "unit" divides them by 255, like ToTensor; "none" keeps 0 to 255. Other numbers are kept.',
      ),
      classes: z.int().min(1).max(MAX_CLASSES).default(10).describe("Labels are 0 to classes - 1."),
    }),
  definitions: ({ format }, { formats }) => [named(formats, format ?? formats[0].name)],
  inputs: { files },
  outputs: { dataset },
  run({ params, inputs, library: { formats } }) {
    const format = named(formats, params.format ?? formats[0].name);
    const read = (role: FileRole) => format.read!(inputs.files[role].bytes(), role);
    const train = imagesOf(openWith(format, inputs.files.train_images, "train_images"), "train_images");
    const test = imagesOf(openWith(format, inputs.files.test_images, "test_images"), "test_images");
    checkSameType(train, test);
    const trainLabels = labelsOf(read("train_labels"), "train_labels", params.classes);
    const testLabels = labelsOf(read("test_labels"), "test_labels", params.classes);
    checkCounts(train.count, trainLabels.length, "train");
    checkCounts(test.count, testLabels.length, "test");
    const table = train.array.type === "u8" ? byteTable(params.scale) : new Float32Array(0);
    return {
      dataset: new Dataset({
        train_images: encodeImages(train),
        train_labels: encodeNpy("u1", [train.count], trainLabels),
        test_images: encodeImages(test),
        test_labels: encodeNpy("u1", [test.count], testLabels),
        table: encodeNpy("f4", [table.length], table),
        example_shape: encodeJson(train.shape),
        names: encodeNames({ classes: readClassNames(inputs.files.class_names) }),
      }),
    };
  },
});

/** table[v] = f32(v / 255), like ToTensor's `div(255)` on float32; or v itself. float32 [256]. */
function byteTable(scale: "unit" | "none"): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => scale === "unit" ? value / 255 : value);
}

/** Opens a file of images, so that it is read when it is stored, a piece at a time if the format can do that. */
function openWith(format: FormatDefinition, file: Artifact, label: string): NumberPieces {
  if (format.open !== undefined) return format.open(file, label);
  const { shape, data } = format.read!(file.bytes(), label);
  return { shape, type: typeName(data), pieces: () => [data] };
}

function imagesOf(array: NumberPieces, label: string): Images {
  const [count, ...shape] = array.shape;
  const features = shape.reduce((product, dimension) => product * dimension, 1);
  if (count < 1 || features < 1 || shape.length < 1) {
    const found = array.shape.join(", ");
    throw new FormatError(
      `${label}: expected images of shape [N, …], at least one with at least one pixel, but found [${found}].`,
    );
  }
  return { label, array, count, shape, features };
}

function encodeImages({ label, array, count, features }: Images): Produced {
  if (array.type === "u8") return npyOf("u1", [count, features], array.pieces() as Iterable<Uint8Array>);
  const asFloats = (data: NumberArray["data"], first: number) => {
    if (data instanceof Float32Array || data instanceof Float64Array) checkFinite(data, array.shape, label, first);
    return data instanceof Float32Array ? data : new Float32Array(data);
  };
  return npyOf("f4", [count, features], eachChanged(array.pieces(), asFloats));
}

function labelsOf({ shape, data }: NumberArray, label: string, classes: number): Uint8Array {
  if (shape.length !== 1 || data instanceof Float32Array || data instanceof Float64Array) {
    const found = `${typeName(data)} [${shape.join(", ")}]`;
    throw new FormatError(`${label}: expected labels as integers of shape [N], but found ${found}.`);
  }
  const row = data.findIndex((value) => value < 0 || value >= classes);
  if (row === -1) return Uint8Array.from(data);
  throw new FormatError(
    `${label}: expected labels from 0 to ${classes - 1}, but found ${data[row]} at row ${row} of ${data.length}. ` +
      "If the dataset has more classes, set tensorize.classes.",
  );
}

function checkSameType(train: Images, test: Images): void {
  const describe = ({ array, shape }: Images) => `${array.type} [N, ${shape.join(", ")}]`;
  if (describe(train) === describe(test)) return;
  throw new FormatError(
    `Training and test images must have the same type and shape, but train_images are ${describe(train)}, and ` +
      `test_images are ${describe(test)}. Check that download.files lists files of one dataset.`,
  );
}

/** The element type of an array in messages: "u8", "f32". */
function typeName(data: NumberArray["data"]): string {
  return `${data[Symbol.toStringTag][0].toLowerCase()}${8 * data.BYTES_PER_ELEMENT}`;
}

function checkCounts(images: number, labels: number, split: string): void {
  if (images === labels) return;
  throw new FormatError(
    `Every image needs a label, but ${split}_images has ${images} images, and ${split}_labels ${labels} labels. ` +
      "Check that download.files lists files of one dataset.",
  );
}
