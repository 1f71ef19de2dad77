/** Random shapes for any op, and matching settings. */
import fc from "fast-check";
import type { Op, Settings, Shape } from "../../core/ops/op.ts";
import type { Numbers } from "./kernels/compare.ts";

/** Sizes with every kind of remainder: vectors have 4 elements, tiles 2, 5 and 8 rows or columns. */
export const size = fc.integer({ min: 1, max: 33 });

/** The sizes and the seed of an op's operands. */
export interface Sizes {
  m: number;
  n: number;
  k: number;
  seed: number;
}

/** Any sizes and seed. */
export const dimensions: fc.Arbitrary<Sizes> = fc.record({ m: size, n: size, k: size, seed: fc.integer() });

const KERNEL = 3;

/** A smaller size for images, whose plain kernels are slow; 0 stays 0. */
function few(size: number): number {
  return Math.ceil(size / 6);
}

/** Shapes of any sizes that the op accepts. */
export function shapesOf(op: Op, m: number, n: number, k: number): Shape[] {
  switch (op.name) {
    case "linear":
      return [[m, k], [n, k], [n]];
    case "matmul":
      return [[m, k], [k, n]];
    case "addRow":
      return [[m, n], [n]];
    case "dropoutMask":
      return [];
    case "batchNorm":
    case "batchNormEvaluate":
      return [[m, n, k], [n], [n]];
    case "conv2d":
      return [[few(m), 2, few(n), few(k)], [3, 2, KERNEL, KERNEL], [3]];
    case "maxPool":
    case "averagePool":
      return [[few(m), 2, 2 * few(n), 2 * few(k)]];
    case "planes":
      return [[m, 3 * n]];
    default:
      return op.cases[0].shapes.map(() => [m, n]);
  }
}

/** Settings for any shape. */
export function settingsOf(op: Op, numbers: Numbers, rows: number, classes: number): Settings {
  if (op.name === "crossEntropy") return { labels: numbers.integers("uint8", classes, rows), clamp: 1e-10 };
  if (op.name === "dropoutMask") {
    const state = numbers.integers("int32", 2 ** 30, 625);
    state.data[624] = numbers.below(625);
    return { shape: [rows, classes], p: 0.3, state };
  }
  if (op.name.startsWith("batchNorm")) {
    const running = { mean: numbers.tensor(classes), variance: numbers.tensor(classes) };
    for (let i = 0; i < classes; i++) running.variance.data[i] += 2.5;
    return { running, eps: 1e-5, momentum: 0.1 };
  }
  if (op.name === "nll") return { labels: numbers.integers("uint8", classes, rows), reduction: "mean" };
  if (op.name === "leakyRelu") return { slope: 0.1 };
  if (op.name === "clamp") return { min: -0.5, max: 0.75 };
  if (op.name === "conv2d") return { stride: 2, padding: 1 };
  if (op.name === "maxPool" || op.name === "averagePool") return { kernel: 2 };
  if (op.name === "view") return { shape: [1, classes] };
  if (op.name === "planes") return { channels: 3, height: 1, width: classes };
  return { alpha: -1.5 };
}
