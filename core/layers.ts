/**
 * Models as they are written: text, one entry a layer, `["linear(784,30)", "relu", "linear(30,10)", "softmax"]`.
 * Reading and checking them needs no numbers, so that an experiment can be checked without loading any.
 */
import { FormatError, ShapeError } from "./errors.ts";

/** A layer as it is written: its kind, and for a linear one its sizes. */
export type LayerSpec = { kind: "linear"; inFeatures: number; outFeatures: number } | { kind: "relu" } | {
  kind: "softmax";
};

/**
 * Reads one layer: `linear(in,out)`, `relu` or `softmax`.
 * @throws FormatError for anything else.
 */
export function parseLayer(text: string): LayerSpec {
  const name = text.trim();
  if (name === "relu" || name === "softmax") return { kind: name };
  const sizes = /^linear\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(name);
  if (sizes === null) {
    throw new FormatError(`A layer is "linear(in,out)", "relu" or "softmax", but found ${JSON.stringify(text)}.`);
  }
  const [inFeatures, outFeatures] = [Number(sizes[1]), Number(sizes[2])];
  if (inFeatures === 0 || outFeatures === 0) {
    throw new FormatError(`A layer's sizes are at least 1, but found ${name}.`);
  }
  return { kind: "linear", inFeatures, outFeatures };
}

/** A layer as it is written. */
export function layerText(spec: LayerSpec): string {
  return spec.kind === "linear" ? `linear(${spec.inFeatures},${spec.outFeatures})` : spec.kind;
}

/**
 * Checks that a model is one that can be trained: at least one linear layer, each as wide as the next expects, and
 * softmax as its last layer and nowhere else (the loss is of probabilities).
 * @throws ShapeError that names the two layers that do not fit.
 */
export function checkModel(specs: readonly LayerSpec[]): void {
  let width: { size: number; layer: string } | null = null;
  specs.forEach((spec, index) => {
    const layer = `layer ${index} ${layerText(spec)}`;
    if (spec.kind === "softmax" && index !== specs.length - 1) {
      throw new ShapeError(`${layer} must be the last layer: the layers after it would see probabilities.`);
    }
    if (spec.kind !== "linear") return;
    if (width !== null && width.size !== spec.inFeatures) {
      throw new ShapeError(
        `${width.layer} puts out ${width.size} values, but ${layer} takes ${spec.inFeatures}. Make the two sizes equal.`,
      );
    }
    width = { size: spec.outFeatures, layer };
  });
  if (width === null) throw new ShapeError("The model has no linear layer, so there is nothing to train.");
  if (specs[specs.length - 1].kind !== "softmax") {
    throw new ShapeError(
      `The last layer must be softmax, but is ${layerText(specs[specs.length - 1])}: the loss takes probabilities.`,
    );
  }
}

/** How many values a model takes, and how many classes it tells apart. */
export function modelSizes(specs: readonly LayerSpec[]): { inFeatures: number; classes: number } {
  const linears = specs.filter((spec) => spec.kind === "linear");
  return { inFeatures: linears[0].inFeatures, classes: linears[linears.length - 1].outFeatures };
}

/** The number of parameters: in·out + out for every linear layer (article section "Number of Model Parameters"). */
export function parameterCount(specs: readonly LayerSpec[]): number {
  return specs.reduce((sum, spec) => sum + (spec.kind === "linear" ? (spec.inFeatures + 1) * spec.outFeatures : 0), 0);
}
