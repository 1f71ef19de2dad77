/** .npz: arrays of NumPy with names, in one file. */
import { FormatError } from "../../core/errors.ts";
import { defineFormat, type Examples } from "../define/format.ts";
import { decodeNpy } from "./npy.ts";
import { numbersOf } from "./npy_numbers.ts";
import { zipEntries, type ZipEntry } from "./zip.ts";

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
