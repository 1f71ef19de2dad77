/** The dataset: rows and labels of a training set, a validation set and a test set, as they pass from stage to stage. */
import { FormatError, ShapeError } from "../../../core/errors.ts";
import { artifactKind, type Kind } from "../../define/define_stage.ts";
import type { FileRole } from "../../define/dataset.ts";
import type { Artifact, Produced } from "../../engine/stage/kind.ts";
import { decodeNpy, decodeNpyOf, encodeNpy, sizeOf } from "../../formats/npy.ts";
import { npyOf, openNpy } from "../../formats/npy_pieces.ts";
import { eachChanged } from "../../formats/pieces.ts";
import { encodeNames } from "./dataset_names.ts";
import { checkFinite } from "./finite_numbers.ts";

type DatasetPart = FileRole | "validation_images" | "validation_labels" | "table" | "example_shape" | "names";

/** The sets of rows that a dataset has; without a split, the validation set is empty. */
export type SetName = "train" | "validation" | "test";

/**
 * A dataset: rows of numbers with one label each. Images are float32 `[N, D]`, or uint8 `[N, D]` with a table of
 * values: a byte has 256 possible values, so scaling changes 256 numbers instead of copying the images. A stage that
 * changes numbers need not know which form the images have.
 */
export class Dataset<Part = Artifact> {
  constructor(readonly parts: Readonly<Partial<Record<DatasetPart, Part>>>) {}

  /** A part of the dataset. @throws TypeError if the stage did not select it. */
  part(name: DatasetPart): Part {
    const part = this.parts[name];
    if (part !== undefined) return part;
    throw new TypeError(`The stage did not select the part ${name} of the dataset.`);
  }

  /**
   * Changes every number of the training images: `change(value, i)` gets the number and its index over all rows. The
   * result is rounded to float32. The test set does not change.
   * @throws ShapeError if the images are not of shape `[N, D]`, FormatError if a result is NaN or infinite.
   */
  mapTrain(this: Dataset<Artifact>, change: (value: number, i: number) => number): Dataset<Produced> {
    const { shape, pieces } = numbersOf(this.part("train_images"), () => this.part("table"));
    const mapped = new Float32Array(sizeOf(shape));
    let i = 0;
    for (const values of pieces) {
      for (const value of values) mapped[i] = change(value, i++);
    }
    checkFinite(mapped, shape, "the changed train_images");
    return new Dataset<Produced>({ ...this.parts, train_images: npyOf("f4", shape, [mapped]) });
  }
}

/** The images, and the labels, of a set without rows. */
export const NO_ROWS = encodeNpy("u1", [0], new Uint8Array(0));

/** What a stage need not output: no validation rows, no names. */
const UNNAMED: Partial<Record<DatasetPart, Produced>> = {
  validation_images: NO_ROWS,
  validation_labels: NO_ROWS,
  names: encodeNames({}),
};

/** A dataset in the chain; a stage that changes parts of it outputs only those. */
export const dataset: Kind<Dataset, Dataset<Produced>> = {
  name: "dataset",
  parts: {
    train_images: {
      format: "npy",
      about: "Training images [N, D]: uint8, with their values in the table, or float32.",
    },
    train_labels: {
      format: "npy",
      about: "Training labels: class numbers, uint8 [N], or numbers to predict, float32 [N, T].",
    },
    validation_images: { format: "npy", about: "Validation images [V, D], or [0]." },
    validation_labels: { format: "npy", about: "Validation labels, or [0]." },
    test_images: { format: "npy", about: "Test images [M, D], uint8 or float32." },
    test_labels: { format: "npy", about: "Test labels, uint8 [M] or float32 [M, T]." },
    table: { format: "npy", about: "float32 [256]: the value of every byte; empty for float32 images." },
    example_shape: { format: "json", about: "The shape of an image, such as [28, 28]: D is the product." },
    names: { format: "json", about: "The names of classes, columns and targets; empty lists where there are none." },
  },
  open: (artifacts) => new Dataset(artifacts),
  close: ({ parts }) => ({ ...UNNAMED, ...parts }) as Record<DatasetPart, Produced>,
};

/** The row numbers of the training set in the order of epoch 1. */
export const firstOrder = artifactKind("first_order", {
  format: "npy",
  about: "int32 [N]: the row numbers in the order of epoch 1.",
});

/** The probabilities of the last epoch. */
export const predictions = artifactKind("predictions", {
  format: "npy",
  about: "float32 [N, C]: the last epoch's probabilities for every test image.",
});

/** True if a split has drawn validation rows, so that the test set is evaluated only at the end. */
export function hasValidation(dataset: Dataset): boolean {
  return countLabels(dataset.part("validation_labels"), "validation_labels") > 0;
}

/** The number of rows in a file of labels. @throws FormatError if it contains something else. */
export function countLabels(labels: Artifact, name: string): number {
  return decodeNpy(labels.bytes(), name).shape[0] ?? 0;
}

/** The numbers of images, in pieces; for bytes, their values in the table. */
function numbersOf(images: Artifact, table: () => Artifact): { shape: number[]; pieces: Iterable<Float32Array> } {
  const { dtype, shape, pieces } = openNpy(images, "images");
  if (shape.length !== 2) throw new ShapeError(`Images must have the shape [N, D], but have [${shape.join(", ")}].`);
  if (dtype === "f4") return { shape, pieces: pieces() as Iterable<Float32Array> };
  if (dtype !== "u1") throw new FormatError("Images must be u1 or f4.");
  const valueOf = decodeNpyOf(table().bytes(), "table", "f4", [256]).data;
  const valuesOf = (bytes: Uint8Array) => Float32Array.from(bytes, (byte) => valueOf[byte]);
  return { shape, pieces: eachChanged(pieces() as Iterable<Uint8Array>, valuesOf) };
}
