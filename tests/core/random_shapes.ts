/** Random shapes for any op, and settings that fit them. */
import fc from "fast-check";
import type { Op, Settings, Shape } from "../../core/ops/op.ts";
import type { Numbers } from "./kernels/compare.ts";

/** Sizes with every kind of tail: vectors hold 4, tiles 2, 5 and 8. */
export const size = fc.integer({ min: 1, max: 33 });

/** What an op's operands are drawn from. */
export interface Sizes {
  m: number;
  n: number;
  k: number;
  seed: number;
}

/** Any sizes and seed. */
export const dimensions: fc.Arbitrary<Sizes> = fc.record({ m: size, n: size, k: size, seed: fc.integer() });

/** The shapes that each op takes, of any sizes. */
export function shapesOf(op: Op, m: number, n: number, k: number): Shape[] {
  switch (op.name) {
    case "linear":
      return [[m, k], [n, k], [n]];
    case "matmul":
      return [[m, k], [k, n]];
    case "addRow":
      return [[m, n], [n]];
    default:
      return op.cases[0].shapes.map(() => [m, n]);
  }
}

/** Settings that fit any shape. */
export function settingsOf(op: Op, numbers: Numbers, rows: number, classes: number): Settings {
  if (op.name === "crossEntropy") return { labels: numbers.integers("uint8", classes, rows), clamp: 1e-10 };
  if (op.name === "clamp") return { min: -0.5, max: 0.75 };
  return { alpha: -1.5 };
}
