/** Arrays of NumPy as formats of dataset files: .npy and .npz. Apart from their parser, which the store's artifacts use too. */
import { FormatError } from "../../core/errors.ts";
import { defineFormat, type Examples, type NumberArray, typeOf } from "../define/format.ts";
import { ARRAY_TYPES, decodeNpy, type NpyArray } from "./npy.ts";
import { openNpy } from "./npy_pieces.ts";
import { eachChanged } from "./pieces.ts";
import { zipEntries, type ZipEntry } from "./zip.ts";

/**
 * The numbers of an array in a type that datasets have. Only uint8 stays bytes, which have the values of pixels; bool
 * becomes 0 and 1. `first` is the index of the first one, if they are a piece of the array.
 * @throws FormatError, with `label`, for integers beyond 2^53.
 */
export function numbersOf({ dtype, shape, data }: NpyArray, label: string, first = 0): NumberArray {
  if (dtype === "b1") return { shape, data: Int8Array.from(data as Uint8Array) };
  if (data instanceof Uint16Array) return { shape, data: Int32Array.from(data) };
  if (data instanceof Uint32Array) return { shape, data: integersOf(data.length, (i) => data[i]) };
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array)) return { shape, data };
  const integers = integersOf(data.length, (i) => Number(data[i]));
  const wrong = integers.findIndex((value) => !Number.isSafeInteger(value));
  if (wrong === -1) return { shape, data: integers };
  throw new FormatError(
    `${label}: expected integers of at most 2^53, but found ${data[wrong]} at index ${first + wrong}.`,
  );
}

/** Integers as int32, so that they can be labels; larger ones as float64. */
function integersOf(length: number, at: (i: number) => number): Int32Array | Float64Array {
  const integers = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    integers[i] = at(i);
    if (integers[i] !== at(i)) return Float64Array.from({ length }, (_, i) => at(i));
  }
  return integers;
}

export const npy = defineFormat({
  name: "npy",
  about: "An array of NumPy, as numpy.save writes it.",
  source: import.meta.url,
  read: (bytes, label) => numbersOf(decodeNpy(bytes, label), label),
  open(file, label) {
    const { dtype, shape, pieces } = openNpy(file, label);
    const numbers = (data: NpyArray["data"], first: number) => numbersOf({ dtype, shape, data }, label, first).data;
    return {
      shape,
      type: typeOf(numbers(new ARRAY_TYPES[dtype](0), 0)),
      pieces: () => eachChanged(pieces(), numbers),
    };
  },
});

/** The names of the arrays: examples and labels of the training set, then those of the test set. */
const NAMES = [
  ["x_train", "y_train", "x_test", "y_test"],
  ["train_images", "train_labels", "test_images", "test_labels"],
  ["x", "y"],
];

export const npz = defineFormat({
  name: "npz",
  about:
    "Arrays of NumPy in one file, as numpy.savez writes it: x_train, y_train and, if there is a test set, x_test, y_test.",
  source: import.meta.url,
  readExamples(file, label) {
    const entries = zipEntries(file, label);
    const found = NAMES.find(([examples, labels]) => entries.has(`${examples}.npy`) && entries.has(`${labels}.npy`));
    if (found === undefined) {
      const forms = NAMES.map((names) => names.join(", ")).join("; or ");
      throw new FormatError(
        `${label}: expected the arrays ${forms}; but found ${[...entries.keys()].join(", ").slice(0, 500) || "none"}.`,
      );
    }
    const [examples, labels, testExamples, testLabels] = found;
    const hasTest = entries.has(`${testExamples}.npy`) || entries.has(`${testLabels}.npy`);
    return {
      examples: examplesOf(entries, examples, labels, label),
      ...(hasTest ? { test: examplesOf(entries, testExamples, testLabels, label) } : {}),
    };
  },
});

function examplesOf(entries: Map<string, ZipEntry>, features: string, labels: string, label: string): Examples {
  const read = (name: string) => {
    const [place, entry] = [`${label}, ${name}`, entries.get(`${name}.npy`)];
    if (entry === undefined) {
      throw new FormatError(`${place}: expected this array beside the others, but there is none.`);
    }
    return numbersOf(decodeNpy(entry.bytes(), place), place);
  };
  const { shape, data } = read(labels);
  // A column of labels is a list of them.
  const [rows, ...others] = shape;
  const flat = { shape: String(others) === "1" ? [rows] : shape, data };
  return { features: read(features), labels: flat, arrays: [features, labels] };
}
