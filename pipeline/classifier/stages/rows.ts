/** A dataset in the kernels' memory, for the train and validate stages: rows that are gathered into batches. */
import { FormatError, ShapeError } from "../../../core/errors.ts";
import { type Backend, wasmBackend } from "../../../core/tensor/backend.ts";
import { fromArray, type Tensor, tensor, viewOf } from "../../../core/tensor/tensor.ts";
import { decodeNpyOf, readNpyHeader } from "../../formats/npy.ts";
import type { Dataset } from "../kinds/dataset_kind.ts";
import { checkFinite } from "../kinds/finite_numbers.ts";

/** Images and labels of one split. */
export interface Rows {
  readonly count: number;
  readonly features: number;
  readonly largestLabel: number;
  /** Fills a batch: x `[B, D]` and labels `[B]` with the rows `order[offset …]`. */
  gather(x: Tensor, labels: Tensor<"uint8">, order: Tensor<"int32">, offset: number): void;
}

/**
 * Reads a split into the kernels' memory, without a second copy. Images of bytes remain bytes: their values are looked
 * up in the table when they are gathered, with the bits of the normalize stage.
 * @throws ShapeError, FormatError if the images are not rows of finite numbers.
 */
export function loadRows(dataset: Dataset, split: "train" | "test", { kernels }: Backend = wasmBackend): Rows {
  const [images, labels] = [dataset.part(`${split}_images`), dataset.part(`${split}_labels`)];
  const file = tensor([images.size], "uint8");
  images.readInto(file.data);
  const { dtype, shape, offset: start } = readNpyHeader(file.data, "images");
  if (shape.length !== 2) throw new ShapeError(`Images must have the shape [N, D], but have [${shape.join(", ")}].`);
  if (dtype !== "u1" && dtype !== "f4") throw new FormatError(`Images must be u1 or f4, but are ${dtype}.`);
  const [count, features] = shape;
  const labelValues = decodeNpyOf(labels.bytes(), "labels", "u1", [count]).data;
  const labelRows = fromArray(labelValues, [count], "uint8");
  const gatherImages = dtype === "f4" ? floatGatherer() : byteGatherer();

  function floatGatherer() {
    const rows = viewOf(file, start, shape, "float32");
    checkFinite(rows.data, shape, `${split}_images`);
    return (x: Tensor, order: Tensor<"int32">, offset: number) => kernels.gatherRows(x, rows, order, offset);
  }

  function byteGatherer() {
    const rows = viewOf(file, start, shape, "uint8");
    const table = decodeNpyOf(dataset.part("table").bytes(), "table", "f4", [256]).data;
    checkFinite(table, [256], "table");
    const values = fromArray(table, [256]);
    return (x: Tensor, order: Tensor<"int32">, offset: number) => kernels.gatherTable(x, rows, order, offset, values);
  }

  return {
    count,
    features,
    largestLabel: labelValues.reduce((largest, label) => Math.max(largest, label), 0),
    gather(x, batchLabels, order, offset) {
      gatherImages(x, order, offset);
      kernels.gatherLabels(batchLabels, labelRows, order, offset);
    },
  };
}

/** Checks that batches are of this dataset, because the kernels do not check row numbers. @throws FormatError. */
export function checkRows(data: Rows, rows: number): void {
  if (data.count === rows) return;
  throw new FormatError(
    `batches: expected batches of the ${data.count} rows of the dataset, but found batches of ${rows}.`,
  );
}
