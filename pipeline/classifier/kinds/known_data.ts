/** What is known of a run's dataset before it is trained on: from the dataset's definition, or from stored artifacts. */
import type { KnownOfRun } from "../../define/experiment_check.ts";
import type { Artifact } from "../../engine/stage/artifact.ts";
import { decodeNpy, type NpyArray } from "../../formats/npy.ts";
import { openNpy } from "../../formats/npy_pieces.ts";

/** Facts of artifacts by their digests. An artifact is read, and hashed, only once. */
const facts = new Map<string, number | null>();

/**
 * The values of an example, its largest label or the numbers to predict, and the sizes of a run's dataset, in rows and in
 * bytes of images; null for what is not known yet.
 */
export function knownData({ params, library, makersOf, artifact }: KnownOfRun) {
  const { dataset, files } = params.download ?? {};
  const published = files === undefined ? library.datasets.find(({ name }) => name === dataset)?.content : undefined;
  const { target, format } = params.tensorize ?? {};
  const isClass = target !== "number";
  // Of a table, whose label is a column or a list of them.
  const columns = [(format as { label?: string | string[] } | undefined)?.label ?? []].flat().length;
  /** A fact of an artifact. The published one holds unless a stage that is not the pipeline's own comes in between. */
  const factOf = (name: string, what: string, read: (artifact: Artifact) => number | null, published?: number) => {
    // normalize changes numbers, not their count; split chooses rows.
    const passing = what === "rows" ? ["normalize"] : ["normalize", "split"];
    const maker = makersOf(name).findLast((stage) => !passing.includes(stage));
    const found = maker === undefined ? null : artifact(maker, name);
    if (found !== null) return facts.getOrInsertComputed(`${what} ${found.digest}`, () => read(found));
    return maker === "tensorize" ? published ?? null : null;
  };
  const labels = (name: string) =>
    factOf(name, "largest", largestOf, isClass ? published && published.classes - 1 : undefined);
  const rows = (name: string, count?: number) => factOf(name, "rows", (labels) => labelsOf(labels).shape[0], count);
  const bytes = (name: string) => factOf(name, "bytes", ({ size }) => size);
  const [train, test] = [labels("train_labels"), labels("test_labels")];
  return {
    features: factOf("train_images", "features", featuresOf, published?.shape.reduce((a, b) => a * b)),
    targets: factOf(
      "train_labels",
      "targets",
      (labels) => labelsOf(labels).shape[1] ?? null,
      isClass || columns === 0 ? undefined : columns,
    ),
    largestLabel: train === null && test === null ? null : Math.max(train ?? 0, test ?? 0),
    trainBytes: bytes("train_images"),
    testBytes: bytes("test_images"),
    trainRows: rows("train_labels", published?.trainRows),
    testRows: rows("test_labels", published?.testRows),
  };
}

/** Only the header is read: whoever reads the numbers checks the whole file. */
function featuresOf(images: Artifact): number {
  return openNpy(images, "train_images").shape[1];
}

function labelsOf(labels: Artifact): NpyArray {
  return decodeNpy(labels.bytes(), "labels");
}

/** Null for numbers to predict, and for no rows. */
function largestOf(labels: Artifact): number | null {
  const { data } = labelsOf(labels);
  return data instanceof Uint8Array && data.length > 0
    ? data.reduce((largest, label) => Math.max(largest, label), 0)
    : null;
}
