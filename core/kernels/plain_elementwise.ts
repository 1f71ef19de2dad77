/** The elementwise kernels in plain TypeScript. */
import type { ElementwiseKernels } from "./kernels.ts";
import type { F32 } from "./operand.ts";
import { clampTo, type Precision } from "./plain_math.ts";
import { put } from "./plain_matrix.ts";

/** PyTorch's loops over vectors take this many elements at once. */
const BLOCK = 16;

type Binary = (x: number, y: number) => number;

/** Plain twins of {@link ElementwiseKernels}. */
export function plainElementwise({ round, exp, log }: Precision): ElementwiseKernels {
  return {
    relu: (out, x) => map(out, x, (value) => value < 0 ? 0 : value),
    reluBackward: (dx, dout, x, accumulate) => zip(dx, dout, x, (g, value) => value <= 0 ? 0 : g, accumulate),
    exp: (out, x) => map(out, x, exp),
    log: (out, x) => map(out, x, log),
    logBackward: (dx, dout, x, accumulate) => zip(dx, dout, x, (g, value) => round(g / value), accumulate),
    add: (out, a, b) => zip(out, a, b, (x, y) => x + y),
    sub: (out, a, b) => zip(out, a, b, (x, y) => x - y),
    mul: (out, a, b) => zip(out, a, b, (x, y) => x * y),
    div: (out, a, b) => zip(out, a, b, (x, y) => x / y),
    scale(out, a, alpha) {
      const factor = round(alpha);
      map(out, a, (value) => value * factor);
    },
    clamp(out, a, min, max) {
      const [low, high] = [round(min), round(max)];
      map(out, a, (value) => clampTo(value, low, high));
    },
    clampBackward(dx, dout, x, min, max, accumulate) {
      const [low, high] = [round(min), round(max)];
      zip(dx, dout, x, (g, value) => value >= low && value <= high ? g : 0, accumulate);
    },
    addNumber(out, a, value) {
      const added = round(value);
      map(out, a, (x) => x + added);
    },
    addRow(out, a, row) {
      const [target, from, added] = [out.data, a.data, row.data];
      for (let i = 0; i < target.length; i++) target[i] = from[i] + added[i % added.length];
    },
    addScaled(target, a, alpha) {
      const factor = round(alpha);
      zip(target, target, a, (sum, value) => sum + round(factor * value));
    },
    addProduct: (target, a, b) => zip(target, a, b, (x, y) => round(x * y), true),
    copy: (out, a) => out.data.set(a.data),
    fill: (out, value) => out.data.fill(value),
  };
}

/** out[i] = f(a[i]); `tail` computes the elements after the last whole block. */
export function map(out: F32, a: F32, f: (x: number) => number, tail = f): void {
  const [target, from, blocks] = [out.data, a.data, blocksOf(out)];
  for (let i = 0; i < target.length; i++) target[i] = (i < blocks ? f : tail)(from[i]);
}

/** out[i] = f(a[i], b[i]), or adds it; `tail` computes the elements after the last whole block. */
export function zip(out: F32, a: F32, b: F32, f: Binary, accumulate = false, tail = f): void {
  const [target, left, right, blocks] = [out.data, a.data, b.data, blocksOf(out)];
  for (let i = 0; i < target.length; i++) put(target, i, (i < blocks ? f : tail)(left[i], right[i]), accumulate);
}

function blocksOf({ size }: F32): number {
  return size - size % BLOCK;
}
