/** Pictures in one folder per class, as a tar archive. */
import { FormatError } from "../../core/errors.ts";
import { defineFormat, type Examples } from "../define/format.ts";
import type { Artifact } from "../engine/stage/kind.ts";
import { pictureText } from "./picture.ts";
import { type PictureSet, pictureSets } from "./picture_folders.ts";

export const pictures = defineFormat({
  name: "pictures",
  about: "PNG or JPEG pictures of one size, in one folder per class; or in such folders in train and test.",
  source: import.meta.url,
  async readExamples(file, label, _params, target) {
    if (target === "number") {
      throw new FormatError(`${label}: folders of pictures name classes, not numbers to predict.`);
    }
    const { tarEntries } = await import("./tar.ts");
    const entries: { path: string; isFolder: boolean }[] = [];
    for await (const { path, isFolder } of tarEntries(file, label)) entries.push({ path, isFolder });
    const { train, test } = pictureSets(entries, label);
    const pixels = await readPixels(file, label, [...train.paths, ...test?.paths ?? []]);
    const examples = examplesOf(train, pixels, 0);
    return test === null ? { examples } : { examples, test: examplesOf(test, pixels, train.paths.length) };
  },
});

/** The pixels of pictures, one picture after the other. */
interface Pixels {
  /** Of one picture: `[H, W]` in grey, `[3, H, W]` in colour. */
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

function examplesOf({ paths, labels }: PictureSet, { shape, data }: Pixels, first: number): Examples {
  const size = shape.reduce((product, dimension) => product * dimension);
  const rows = data.subarray(first * size, (first + paths.length) * size);
  const classes = [...new Set(labels)];
  return { features: { shape: [paths.length, ...shape], data: rows }, labels, classes, placeOf: (row) => paths[row] };
}

/** Reads the pictures with these paths, in this order, whatever theirs in the archive is. */
async function readPixels(file: Artifact, label: string, paths: readonly string[]): Promise<Pixels> {
  const [{ tarEntries }, { decodePicture }] = await Promise.all([import("./tar.ts"), import("./decode_picture.ts")]);
  const rows = new Map(paths.map((path, row) => [path, row]));
  let first: { path: string; shape: number[] } | null = null;
  let data = new Uint8Array(0);
  for await (const entry of tarEntries(file, label)) {
    const { path } = entry;
    const row = rows.get(path);
    if (row === undefined) continue;
    const { shape, pixels } = await decodePicture(entry, `${label}, ${path}`);
    if (first === null) {
      first = { path, shape };
      data = roomFor(paths.length, pixels.length, label);
    }
    if (String(shape) !== String(first.shape)) {
      throw new FormatError(
        `${label}, ${path}: expected a picture ${pictureText(first.shape)}, as ${first.path} is, but found one ` +
          `${pictureText(shape)}. Convert the pictures to one size, and all to grey or all to RGB.`,
      );
    }
    data.set(pixels, row * pixels.length);
  }
  return { shape: first!.shape, data };
}

/** The kernels' memory, into which the training set must fit. */
const MAX_BYTES = 4_294_967_296;

function roomFor(count: number, bytes: number, label: string): Uint8Array<ArrayBuffer> {
  if (count * bytes <= MAX_BYTES) return new Uint8Array(count * bytes);
  const gigabytes = (count * bytes / 1e9).toFixed(1);
  throw new FormatError(
    `${label}: expected at most 4.3 GB of pixels, but these pictures have ${gigabytes} GB. Shrink them.`,
  );
}
