/** Large data sets, made of MNIST's images: each repetition has bytes of its own, so no two rows are the same. */
import { join } from "node:path";
import { startDigest } from "../pipeline/engine/store/digest.ts";
import { DATA } from "./job_trainer.ts";

/** How the numbers of images are stored. */
export type LargeForm = "bytes" | "floats";

/** IDX: two zeros, the element type, the number of dimensions. */
const TYPES = { bytes: 0x08, floats: 0x0d };
const PIXELS = 784;
/** Training images per test image, as in MNIST. */
const TRAIN_PER_TEST = 6;

/**
 * Writes a data set of `count` training images of 28 × 28, and a sixth as many test images, into `folder`, and an
 * experiment of two epochs of linear-sgd on them. Returns its path, and the bytes of the images
 * as they are trained on.
 */
export function makeLargeData(folder: string, count: number, form: LargeForm): { experiment: string; bytes: number } {
  const testCount = count / TRAIN_PER_TEST;
  const files = {
    train_images: writeImages(folder, "train_images", "train-images-idx3-ubyte", count, form),
    train_labels: writeLabels(folder, "train_labels", "train-labels-idx1-ubyte", count),
    test_images: writeImages(folder, "test_images", "t10k-images-idx3-ubyte", testCount, form),
    test_labels: writeLabels(folder, "test_labels", "t10k-labels-idx1-ubyte", testCount),
  };
  const experiment = {
    name: "large",
    pipeline: {
      download: { dataset: "large", source: { from: "file", path: folder }, files },
      train: {
        model: ["linear(784,10)", "softmax"],
        loss: { reduction: "mean" },
        optimizer: { name: "sgd", lr: 0.1 },
        epochs: 2,
      },
    },
  };
  const path = join(folder, "large.json");
  Deno.writeTextFileSync(path, JSON.stringify(experiment));
  return { experiment: path, bytes: (count + testCount) * PIXELS * (form === "bytes" ? 1 : 4) };
}

function writeImages(folder: string, name: string, source: string, count: number, form: LargeForm) {
  const all = Deno.readFileSync(new URL(source, DATA)).subarray(16);
  const rows = all.length / PIXELS;
  return writeFile(folder, name, header(TYPES[form], count, 28, 28), function* () {
    for (let row = 0; row < count; row += rows) {
      const piece = all.slice(0, Math.min(rows, count - row) * PIXELS);
      // The corner is black in all of MNIST.
      for (let at = 0; at < piece.length; at += PIXELS) piece[at] = row / rows + 1;
      yield form === "bytes" ? piece : asFloats(piece);
    }
  });
}

function writeLabels(folder: string, name: string, source: string, count: number) {
  const all = Deno.readFileSync(new URL(source, DATA)).subarray(8);
  return writeFile(folder, name, header(TYPES.bytes, count), function* () {
    for (let row = 0; row < count; row += all.length) yield all.subarray(0, Math.min(all.length, count - row));
  });
}

function asFloats(bytes: Uint8Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * bytes.length));
  for (let i = 0; i < bytes.length; i++) view.setFloat32(4 * i, bytes[i] / 255);
  return new Uint8Array(view.buffer);
}

function header(type: number, ...shape: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  view.setUint16(2, type << 8 | shape.length);
  shape.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  return new Uint8Array(view.buffer);
}

function writeFile(folder: string, name: string, header: Uint8Array, body: () => Iterable<Uint8Array>) {
  using file = Deno.createSync(join(folder, name));
  const digest = startDigest();
  for (const piece of [header, ...body()]) {
    digest.update(piece);
    for (let done = 0; done < piece.length;) done += file.writeSync(piece.subarray(done));
  }
  return { name, sha256: digest.digest("hex") };
}
