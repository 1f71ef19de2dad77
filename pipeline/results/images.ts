/** The dataset's images, as charts draw them. */
import { parseIdx } from "../formats/idx.ts";
import { decodeNpy } from "../formats/npy.ts";
import type { Artifact } from "../engine/stage/stage.ts";
import type { Store } from "../engine/store/store.ts";
import { outputOfRun, type Summary } from "./summary.ts";

/** Images to be drawn, as rows of pixels from 0 (black) to 255 (white). */
export interface Images {
  size: { width: number; height: number };
  row(row: number): Uint8Array | Float32Array;
}

/** The images of a run: read once for all that shows some of them, which takes longer than to draw it. */
export interface RunImages {
  train: Images;
  test: Images;
}

/** Reads the images that a run was trained and evaluated on. */
export function imagesOf(summary: Summary, store: Store): RunImages {
  const read = (output: string) =>
    readImages(outputOfRun(summary, store, "tensorize", output), outputOfRun(summary, store, "download", output));
  return { train: read("train_images"), test: read("test_images") };
}

/**
 * Reads images [N, D]. Their rows do not say how high and wide an image is: a square, or, where D is no square number,
 * what the dataset's own file `original` says (IDX [N, height, width]; of more or fewer dimensions: one row of pixels).
 */
export function readImages(artifact: Artifact, original: Artifact): Images {
  const { shape: [, features], data } = decodeNpy(artifact.bytes(), "images");
  const pixels = (row: number) => (data as Uint8Array).subarray(row * features, (row + 1) * features);
  return {
    size: sizeOf(features, original),
    row: data instanceof Uint8Array ? pixels : (row) => stretched(Float32Array.from(pixels(row))),
  };
}

function sizeOf(features: number, original: Artifact): Images["size"] {
  const side = Math.round(Math.sqrt(features));
  if (side * side === features) return { width: side, height: side };
  const { shape } = parseIdx(original.bytes(), "images");
  return shape.length === 3 ? { width: shape[2], height: shape[1] } : { width: features, height: 1 };
}

/** Stretches values of any range to 0 … 255. */
function stretched(values: Float32Array): Float32Array {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return values.map((value) => (high > low ? (value - low) / (high - low) * 255 : 0));
}
