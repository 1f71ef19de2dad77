/** The images of a run's dataset, for charts. */
import type { Pixels, Size } from "../../charts/marks.ts";
import type { FileRole } from "../../define/dataset.ts";
import type { FinishedRun } from "../../define/finished_run.ts";
import { named } from "../../define/library.ts";
import type { Artifact } from "../../engine/stage/artifact.ts";
import { decodeNpy } from "../../formats/npy.ts";

/** Images; `row` returns the pixels of one, row by row, from 0 (black) to 255 (white). */
export interface DatasetImages {
  readonly size: Size;
  row(row: number): Pixels;
}

/** Reads the training or test images. Each float32 image, the output of another stage, is stretched to 0 … 255. */
export function imagesOf(run: FinishedRun, role: "train_images" | "test_images"): DatasetImages {
  const { shape: [, features], data } = decodeNpy(run.artifact(role).bytes(), role);
  const pixels = (row: number) => (data as Uint8Array).subarray(row * features, (row + 1) * features);
  return {
    size: imageSize(run, features),
    row: data instanceof Uint8Array ? pixels : (row) => stretched(Float32Array.from(pixels(row))),
  };
}

/**
 * The size of images with this many pixels: a square or, if the number is not a square, the size in the dataset's own
 * file ([N, height, width]). If the file has another shape, an image is one row of pixels.
 */
export function imageSize(run: FinishedRun, pixels: number): Size {
  const side = Math.round(Math.sqrt(pixels));
  if (side * side === pixels) return { width: side, height: side };
  const { test_images } = run.output<Record<FileRole, Artifact>>("files");
  const { formats } = run.library;
  const format = named(formats, run.experiment.pipeline.tensorize?.format as string ?? formats[0].name);
  const [, height, width, ...more] = format.read(test_images.bytes(), "test_images").shape;
  return more.length === 0 && height * width === pixels ? { width, height } : { width: pixels, height: 1 };
}

function stretched(values: Float32Array): Float32Array {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return values.map((value) => (high > low ? (value - low) / (high - low) * 255 : 0));
}
