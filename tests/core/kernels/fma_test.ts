/** The fused multiply-add, against integers without limit. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fma } from "../../../core/kernels/plain_fma.ts";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { Generator } from "../../../core/random/generator.ts";
import { fromArray, scoped, tensor } from "../../../core/tensor/tensor.ts";
import { COMPILED } from "./implementations.ts";

type Terms = [a: number, b: number, c: number];

const STEP = 2 ** -23;
const LARGEST = 2 ** 128 - 2 ** 104;

/** An integer and a power of two whose product is the number. */
function exact(x: number): { digits: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  const raw = bits.getBigUint64(0);
  const field = Number((raw >> 52n) & 0x7ffn);
  const mantissa = (raw & ((1n << 52n) - 1n)) | (field > 0 ? 1n << 52n : 0n);
  return { digits: x < 0 ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 };
}

/** The float32 nearest to a * b + c; of two, the even one. */
function nearest([a, b, c]: Terms): number {
  const [x, y, z] = [exact(a), exact(b), exact(c)];
  const low = Math.min(x.exponent + y.exponent, z.exponent);
  const sum = ((x.digits * y.digits) << BigInt(x.exponent + y.exponent - low)) + (z.digits << BigInt(z.exponent - low));
  const size = sum < 0n ? -sum : sum;
  const drop = Math.max(0, size.toString(2).length - 24, -149 - low);
  const unit = 1n << BigInt(drop);
  let kept = size >> BigInt(drop);
  const rest = (size - kept * unit) * 2n;
  if (rest > unit || (rest === unit && (kept & 1n) === 1n)) kept += 1n;
  return Math.fround((sum < 0n ? -1 : 1) * Number(kept) * 2 ** (low + drop));
}

const roundedTwice = ([a, b, c]: Terms) => Math.fround(a * b + c);

/** Terms whose float64 sums are often halfway between two float32, or whose results are denormal; others are ordinary. */
function hardCases(count: number): Terms[] {
  const generator = new Generator(0);
  const [normal, uniform] = [new Float32Array(3), new Float32Array(3)];
  return Array.from({ length: count }, (_, i): Terms => {
    generator.rand(uniform);
    generator.randn(normal);
    const below = (j: number, limit: number) => Math.floor(uniform[j] * limit);
    const wide = 1 + below(0, 2 ** 20) * STEP;
    if (i % 10 < 3) return [1 + (1 + below(1, 4095)) * STEP, 2 ** -24 * (1 + below(2, 2) * STEP), wide];
    if (i % 10 === 3) return [1 + STEP, (below(1, 2) === 0 ? 1 : -1) * 2 ** -24 * (1 - STEP), wide];
    const scales = i % 10 === 4 ? [1e-20, 1e-20, 1e-40] : [1, 1, 2 ** (below(1, 60) - 30)];
    const [a, b, c] = scales.map((scale, j) => Math.fround(normal[j] * scale));
    return [a, b, c];
  });
}

Deno.test("fma() rounds once in 3,000 hard cases; rounding twice would be wrong in more than 100 of them", () => {
  const cases = hardCases(3000);
  for (const terms of cases) assertEquals(fma(...terms), nearest(terms), terms.join(", "));
  const wrong = cases.filter((terms) => roundedTwice(terms) !== nearest(terms)).length;
  assert(wrong > 100, `only ${wrong} of the cases are hard`);
});

/** The widest vector, with a number in one lane; the numbers in the others make no sum hard. */
const LANES = 16;
const inLane = (lane: number, x: number, other: number) =>
  fromArray(Array.from({ length: LANES }, (_, i) => i === lane ? x : other), [LANES]);

/** The kernels that round a product and a sum once, each applied to such a sum. */
const KERNELS: Record<string, (k: Kernels, terms: Terms, lane: number) => number> = {
  "sgdStep() with a learning rate": (k, [a, b, c], lane) => {
    const [p, g] = [inLane(lane, c, 1), inLane(lane, a, 0)];
    k.sgdStep(p, g, null, { lr: -b, momentum: 0, dampening: 0, weight_decay: 0, nesterov: false }, true);
    return p.data[lane];
  },
  "sgdStep() with weight decay": (k, [a, b, c], lane) => {
    const [p, g, velocity] = [inLane(lane, a, 0), inLane(lane, c, 1), tensor([LANES])];
    k.sgdStep(p, g, velocity, { lr: 1, momentum: 0.9, dampening: 0, weight_decay: b, nesterov: false }, true);
    return velocity.data[lane];
  },
  // The ninth product is added to the first; the second class reads the sum.
  "softmaxRowsBackward()": (k, [a, b, c]) => {
    const dout = fromArray([c, 0, 0, 0, 0, 0, 0, 0, a], [1, 9]);
    const [p, dx] = [fromArray([1, 1, 0, 0, 0, 0, 0, 0, b], [1, 9]), tensor([1, 9])];
    k.softmaxRowsBackward(dx, dout, p, false);
    return -dx.data[1];
  },
};

for (const [kernels, k] of Object.entries(COMPILED)) {
  for (const [name, run] of Object.entries(KERNELS)) {
    Deno.test(`${kernels}: ${name} rounds once in the same hard cases, and in every lane`, () => {
      for (const [i, terms] of hardCases(3000).entries()) {
        // A lane of each in turn: every kind of case comes to every lane.
        const lane = i % LANES;
        assertEquals(scoped(() => run(k, terms, lane)), nearest(terms), `case ${i}, lane ${lane}: ${terms}`);
      }
    });
  }
}

Deno.test("fma() rounds once for any float32", () => {
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0));
  fc.assert(
    fc.property(finite, finite, finite, (a, b, c) => {
      fc.pre(Math.abs(a * b + c) > 0);
      assertEquals(fma(a, b, c), nearest([a, b, c]));
    }),
    { numRuns: 5000 },
  );
});

Deno.test("fma() is the largest float32, not Infinity, just below the middle between it and 2^128", () => {
  for (const sign of [1, -1]) {
    const terms: Terms = [sign * (1 + STEP) * 2 ** 103, 1 - STEP, sign * LARGEST];
    assertEquals([fma(...terms), nearest(terms)], [sign * LARGEST, sign * LARGEST]);
    assertEquals(roundedTwice(terms), sign * Infinity);
    assertEquals(fma(sign * 2 ** 103, 1, sign * LARGEST), sign * Infinity);
  }
});

Deno.test("fma() has IEEE 754's results for infinite terms, NaN and zeros", () => {
  assertEquals(fma(Infinity, 1, 5), Infinity);
  assertEquals(fma(LARGEST, -LARGEST, 1), -Infinity);
  assertEquals([fma(Infinity, 0, 1), fma(Infinity, 1, -Infinity), fma(1, 1, NaN)], [NaN, NaN, NaN]);
  assertEquals([fma(-0, 1, -0), fma(-0, 1, 0), fma(1, 1, -1)], [-0, 0, 0]);
});
