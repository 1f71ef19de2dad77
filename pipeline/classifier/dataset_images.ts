/** The images of a run's dataset, as charts draw them. */
import type { FileRole } from "../define/dataset.ts";
import type { FinishedRun } from "../define/finished_run.ts";
import type { Artifact } from "../engine/stage/stage.ts";
import { parseIdx } from "../formats/idx.ts";
import { decodeNpy } from "../formats/npy.ts";
import type { Pixels, Size } from "../charts/marks.ts";

/** Images, each as rows of pixels from 0 (black) to 255 (white). */
export interface DatasetImages {
  readonly size: Size;
  row(row: number): Pixels;
}

/** Reads the images of a part of the dataset; of what a stage made numbers, each image is stretched to 0 … 255. */
export function imagesOf(run: FinishedRun, role: "train_images" | "test_images"): DatasetImages {
  const { shape: [, features], data } = decodeNpy(run.artifact(role).bytes(), role);
  const pixels = (row: number) => (data as Uint8Array).subarray(row * features, (row + 1) * features);
  return {
    size: imageSize(run, features),
    row: data instanceof Uint8Array ? pixels : (row) => stretched(Float32Array.from(pixels(row))),
  };
}

/**
 * The size of images with so many pixels: a square, or, where that is no square number, what the dataset's own file says
 * (IDX [N, height, width]; of more or fewer dimensions: one row of pixels).
 */
export function imageSize(run: FinishedRun, pixels: number): Size {
  const side = Math.round(Math.sqrt(pixels));
  if (side * side === pixels) return { width: side, height: side };
  const files = run.output<Record<FileRole, Artifact>>("files");
  const { shape } = parseIdx(files.test_images.bytes(), "test_images");
  return shape.length === 3 && shape[1] * shape[2] === pixels
    ? { width: shape[2], height: shape[1] }
    : { width: pixels, height: 1 };
}

function stretched(values: Float32Array): Float32Array {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return values.map((value) => (high > low ? (value - low) / (high - low) * 255 : 0));
}
