/** A dataset in the kernels' memory, for the train and validate stages: rows that are gathered into batches. */
import { FormatError, ShapeError } from "../../../core/errors.ts";
import type { Labels } from "../../../core/losses/loss.ts";
import { type Backend, wasmBackend } from "../../../core/tensor/backend.ts";
import { fromArray, type Tensor, tensor, viewOf } from "../../../core/tensor/tensor.ts";
import { decodeNpy, decodeNpyOf, readNpyHeader } from "../../formats/npy.ts";
import type { Artifact } from "../../engine/stage/kind.ts";
import type { Batches } from "../kinds/json_kinds.ts";
import type { Dataset, SetName } from "../kinds/dataset_kind.ts";
import { checkFinite } from "../kinds/finite_numbers.ts";

/** Images and labels of one split. */
export interface Rows {
  readonly count: number;
  readonly features: number;
  /** Of classes; null for numbers to predict. */
  readonly largestLabel: number | null;
  /** The numbers to predict for a row; null for classes. */
  readonly targets: number | null;
  /** The number that is black: the value of byte 0, or the smallest number of all images. */
  background(): number;
  /** Fills a batch: x `[B, D]` and labels, `[B]` or `[B, T]`, with the rows `order[offset …]`. */
  gather(x: Tensor, labels: Labels, order: Tensor<"int32">, offset: number): void;
}

/**
 * Reads a split into the kernels' memory, without a second copy. Images of bytes remain bytes: their values are looked
 * up in the table when they are gathered, with the bits of the normalize stage.
 * @throws ShapeError, FormatError if the images are not rows of finite numbers.
 */
export function loadRows(dataset: Dataset, split: SetName, { kernels }: Backend = wasmBackend): Rows {
  const [images, labels] = [dataset.part(`${split}_images`), dataset.part(`${split}_labels`)];
  const file = tensor([images.size], "uint8");
  images.readInto(file.data);
  const { dtype, shape, offset: start } = readNpyHeader(file.data, "images");
  if (shape.length !== 2) throw new ShapeError(`Images must have the shape [N, D], but have [${shape.join(", ")}].`);
  if (dtype !== "u1" && dtype !== "f4") throw new FormatError(`Images must be u1 or f4, but are ${dtype}.`);
  const [count, features] = shape;
  const given = readLabels(labels, count);
  const gatherLabels = given instanceof Uint8Array ? classGatherer(given) : targetGatherer(given);
  const imagesOfSet = dtype === "f4" ? floatGatherer() : byteGatherer();

  function floatGatherer() {
    const rows = viewOf(file, start, shape, "float32");
    checkFinite(rows.data, shape, `${split}_images`);
    return {
      background: () => rows.data.reduce((least, value) => Math.min(least, value), Infinity),
      gather: (x: Tensor, order: Tensor<"int32">, offset: number) => kernels.gatherRows(x, rows, order, offset),
    };
  }

  function byteGatherer() {
    const rows = viewOf(file, start, shape, "uint8");
    const table = decodeNpyOf(dataset.part("table").bytes(), "table", "f4", [256]).data;
    checkFinite(table, [256], "table");
    const values = fromArray(table, [256]);
    return {
      background: () => table[0],
      gather: (x: Tensor, order: Tensor<"int32">, offset: number) =>
        kernels.gatherTable(x, rows, order, offset, values),
    };
  }

  function classGatherer(classes: Uint8Array) {
    const rows = fromArray(classes, [count], "uint8");
    return (labels: Labels, order: Tensor<"int32">, offset: number) =>
      kernels.gatherLabels(labels as Tensor<"uint8">, rows, order, offset);
  }

  function targetGatherer(targets: Float32Array) {
    const rows = fromArray(targets, [count, targets.length / count]);
    return (labels: Labels, order: Tensor<"int32">, offset: number) =>
      kernels.gatherRows(labels as Tensor, rows, order, offset);
  }

  return {
    count,
    features,
    largestLabel: given instanceof Uint8Array ? given.reduce((largest, label) => Math.max(largest, label), 0) : null,
    targets: given instanceof Uint8Array ? null : given.length / count,
    background: imagesOfSet.background,
    gather(x, batchLabels, order, offset) {
      imagesOfSet.gather(x, order, offset);
      gatherLabels(batchLabels, order, offset);
    },
  };
}

/** Class numbers, uint8 `[N]`, or numbers to predict, float32 `[N, T]`. @throws FormatError for anything else. */
function readLabels(labels: Artifact, count: number): Uint8Array | Float32Array {
  const { shape, data } = decodeNpy(labels.bytes(), "labels");
  if (data instanceof Uint8Array && shape.length === 1 && shape[0] === count) return data;
  if (data instanceof Float32Array && shape.length === 2 && shape[0] === count) {
    checkFinite(data, shape, "labels");
    return data;
  }
  throw new FormatError(
    `labels: expected u1 [${count}], or f4 [${count}, T], but found an array of shape [${shape.join(", ")}].`,
  );
}

/** Checks that batches are of this dataset, because the kernels do not check row numbers. @throws FormatError. */
export function checkRows(data: Rows, { rows, of = rows }: Batches): void {
  if (data.count === of && rows <= of) return;
  throw new FormatError(
    `batches: expected batches of the ${data.count} rows of the dataset, but found batches of ${of}.`,
  );
}
