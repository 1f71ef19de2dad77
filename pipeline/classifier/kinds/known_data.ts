/** What is known of a run's dataset before it is trained on: from the dataset's definition, or from stored artifacts. */
import { publishedDataset } from "../../define/dataset.ts";
import type { KnownOfRun } from "../../define/experiment_check.ts";
import type { Artifact } from "../../engine/stage/kind.ts";
import { decodeNpy } from "../../formats/npy.ts";
import { openNpy } from "../../formats/npy_pieces.ts";
import { targetOf } from "./label_target.ts";
import { readExampleShape } from "./example_shape.ts";
import { NORMALIZE, SPLIT, TENSORIZE } from "./stage_names.ts";

/** Facts of artifacts by their digests. An artifact is read, and hashed, only once. */
const facts = new Map<string, unknown>();

/**
 * What labels are, the shape and size of an example, the size of its labels, and those of a run's dataset, in rows and in
 * bytes of images; null for what is not known yet.
 */
export function knownData({ params, library, makersOf, artifact }: KnownOfRun) {
  const published = publishedDataset(params.download, library.datasets)?.content;
  const target = targetOf(params.tensorize);
  const { label = [] } = (params.tensorize?.format ?? {}) as { label?: string | string[] };
  // Of a table, whose label is a column or a list of them.
  const columns = target === "number" ? [label].flat().length || undefined : undefined;
  // normalize changes numbers, not their count; split chooses rows.
  const makerOf = (name: string, passing: readonly string[] = [NORMALIZE, SPLIT]) =>
    makersOf(name).findLast((stage) => !passing.includes(stage));
  /** A fact of an artifact. The published one holds unless a stage that is not the pipeline's own comes in between. */
  function factOf<T>(name: string, what: string, read: (artifact: Artifact) => T | null, published?: T): T | null {
    const maker = what === "rows" ? makerOf(name, [NORMALIZE]) : makerOf(name);
    const found = maker === undefined ? null : artifact(maker, name);
    if (found !== null) return facts.getOrInsertComputed(`${what} ${found.digest}`, () => read(found)) as T | null;
    return maker === TENSORIZE ? published ?? null : null;
  }
  const labels = (name: string) =>
    factOf(name, "largest", largestOf, target === "class" ? published && published.classes - 1 : undefined);
  const rows = (name: string, count?: number) => factOf(name, "rows", (labels) => shapeOf(labels, name)[0], count);
  const bytes = (name: string) => factOf(name, "bytes", ({ size }) => size);
  const [train, test] = [labels("train_labels"), labels("test_labels")];
  return {
    features: factOf(
      "train_images",
      "features",
      (images) => shapeOf(images, "train_images")[1],
      published?.shape.reduce((a, b) => a * b),
    ),
    shape: factOf<readonly number[]>("example_shape", "shape", readExampleShape, published?.shape),
    targets: factOf(
      "train_labels",
      "targets",
      (labels) => shapeOf(labels, "train_labels")[1] ?? null,
      columns,
    ),
    target: makerOf("train_labels") === TENSORIZE ? target : null,
    largestLabel: train === null && test === null ? null : Math.max(train ?? 0, test ?? 0),
    trainBytes: bytes("train_images"),
    testBytes: bytes("test_images"),
    trainRows: rows("train_labels", published?.trainRows),
    validationRows: rows("validation_labels"),
    testRows: rows("test_labels", published?.testRows),
  };
}

/** Only the header is read: whoever reads the numbers checks the whole file. */
function shapeOf(array: Artifact, label: string): number[] {
  return openNpy(array, label).shape;
}

/** Null for numbers to predict, and for no rows. */
function largestOf(labels: Artifact): number | null {
  const { data } = decodeNpy(labels.bytes(), "labels");
  return data instanceof Uint8Array && data.length > 0
    ? data.reduce((largest, label) => Math.max(largest, label), 0)
    : null;
}
