/** A dataset in the kernels' memory, as the train and validate stages read it: rows to be gathered into batches. */
import { FormatError, ShapeError } from "../../../core/errors.ts";
import { type Backend, wasmBackend } from "../../../core/tensor/backend.ts";
import { fromArray, type Tensor, tensor, viewOf } from "../../../core/tensor/tensor.ts";
import { decodeNpyOf, readWholeNpyHeader } from "../../formats/npy.ts";
import type { Dataset } from "../kinds/dataset_kind.ts";

/** Images and labels of one split. */
export interface Rows {
  readonly count: number;
  readonly features: number;
  readonly largestLabel: number;
  /** Fills a batch: x `[B, D]` and labels `[B]` with the rows `order[offset …]`. */
  gather(x: Tensor, labels: Tensor<"uint8">, order: Tensor<"int32">, offset: number): void;
}

/**
 * Reads a split into the kernels' memory, without a second copy. Images that are bytes stay bytes, and are normalized
 * by the table as they are gathered; the values are those of the normalize stage, bit for bit.
 */
export function loadRows(
  dataset: Dataset,
  split: "train" | "test",
  { kernels }: Backend = wasmBackend,
): Rows {
  const [images, labels] = [dataset.part(`${split}_images`), dataset.part(`${split}_labels`)];
  const file = tensor([images.size], "uint8");
  images.readInto(file.data);
  const { dtype, shape, offset } = readWholeNpyHeader(file.data, "images");
  if (shape.length !== 2) throw new ShapeError(`Images must be of shape [N, D], but are [${shape.join(", ")}].`);
  if (dtype !== "u1" && dtype !== "f4") throw new FormatError(`Images must be u1 or f4, but are ${dtype}.`);
  const [count, features] = shape;
  const labelValues = decodeNpyOf(labels.bytes(), "labels", "u1", [count]).data;
  const largestLabel = labelValues.reduce((largest, label) => Math.max(largest, label), 0);
  const labelRows = fromArray(labelValues, [count], "uint8");

  if (dtype === "f4") {
    const rows = viewOf(file, offset, shape, "float32");
    return {
      count,
      features,
      largestLabel,
      gather(x, batchLabels, order, offset) {
        kernels.gatherRows(x, rows, order, offset);
        kernels.gatherLabels(batchLabels, labelRows, order, offset);
      },
    };
  }
  const rows = viewOf(file, offset, shape, "uint8");
  const values = fromArray(decodeNpyOf(dataset.part("table").bytes(), "table", "f4", [256]).data, [256]);
  return {
    count,
    features,
    largestLabel,
    gather(x, batchLabels, order, offset) {
      kernels.gatherTable(x, rows, order, offset, values);
      kernels.gatherLabels(batchLabels, labelRows, order, offset);
    },
  };
}

/**
 * Checks that a model fits a dataset.
 * @throws ShapeError that names the sizes.
 */
export function mustFit(model: { inFeatures: number; classes: number }, data: Rows): void {
  if (model.inFeatures !== data.features) {
    throw new ShapeError(
      `The model's first layer takes ${model.inFeatures} values, but an image of this dataset has ${data.features}. ` +
        `Write linear(${data.features},…) as the first layer.`,
    );
  }
  if (data.largestLabel >= model.classes) {
    throw new ShapeError(
      `The model tells ${model.classes} classes apart, but the dataset has a label ${data.largestLabel}. ` +
        `Make the last linear layer at least ${data.largestLabel + 1} wide.`,
    );
  }
}

/**
 * Checks that the batches are of this dataset: the kernels look no row up that is not there.
 * @throws FormatError when they are of another number of rows.
 */
export function mustHaveRows(data: Rows, rows: number): void {
  if (data.count === rows) return;
  throw new FormatError(
    `batches: expected batches of ${data.count} rows, as the dataset has, found batches of ${rows}.`,
  );
}
