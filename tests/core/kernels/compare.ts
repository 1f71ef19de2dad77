/** Helpers of the kernel tests: reproducible numbers, and the comparison of compiled kernels with the plain twins. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { plain } from "../../../core/kernels/plain.ts";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { type DType, fromArray, scoped, type Tensor } from "../../../core/tensor/tensor.ts";
import { COMPILED } from "./implementations.ts";

/** The number of random cases in each comparison of a kernel with its twin; an emulator takes fewer. */
fc.configureGlobal({ numRuns: Number(Deno.env.get("RETRACE_KERNEL_CASES") ?? 1000) });

/** Numbers that kernels treat specially or are likely to mishandle. */
const SPECIAL = [0, -0, 1, -1, Infinity, -Infinity, NaN, 1e-45, -1e-40, 3.4e38, 1.1754943508222875e-38];

/** Makes tensors of reproducible numbers that depend on the seed. */
export class Numbers {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) | 0;
    return (this.#state >>> 8) / 2 ** 24;
  }

  /** An integer from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Numbers between -2 and 2. */
  tensor(...shape: number[]): Tensor {
    return this.#make(shape, "float32", () => this.next() * 4 - 2);
  }

  /** As `tensor`, with about one in eight of them zero, infinite, NaN or denormal. */
  wild(...shape: number[]): Tensor {
    return this.#make(
      shape,
      "float32",
      () => this.below(8) === 0 ? SPECIAL[this.below(SPECIAL.length)] : this.next() * 4 - 2,
    );
  }

  /** Integers from 0 to `count` - 1. */
  integers<D extends DType>(dtype: D, count: number, ...shape: number[]): Tensor<D> {
    return this.#make(shape, dtype, () => this.below(count));
  }

  #make<D extends DType>(shape: number[], dtype: D, each: () => number): Tensor<D> {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    return fromArray(Array.from({ length: size }, each), shape, dtype);
  }
}

/**
 * Runs `work` with all compiled kernels and with the plain twins on the same numbers, and verifies that the results have the
 * same bits (any NaN equals any NaN).
 */
export function assertSameBits(seed: number, work: (k: Kernels, numbers: Numbers) => Tensor | Tensor[]): void {
  const resultOf = (k: Kernels) =>
    scoped(() => [work(k, new Numbers(seed))].flat().map((t) => ({ shape: t.shape, bits: bitsOf(t.data) })));
  const expected = resultOf(plain);
  for (const [name, kernels] of Object.entries(COMPILED)) assertEquals(resultOf(kernels), expected, name);
}

/** The bits of float32 numbers, with a single form of NaN. */
export function bitsOf(values: ArrayLike<number>): Int32Array {
  const floats = new Float32Array(values);
  for (let i = 0; i < floats.length; i++) if (floats[i] !== floats[i]) floats[i] = NaN;
  return new Int32Array(floats.buffer);
}
