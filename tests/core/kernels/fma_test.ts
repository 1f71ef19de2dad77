/** The fused multiply-add, against integers without limit. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fma } from "../../../core/kernels/plain_fma.ts";
import { Generator } from "../../../core/random/generator.ts";
import { openScope, tensor } from "../../../core/tensor/tensor.ts";
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

/** The lanes of the widest vectors, and some that fill none. */
const LANES = 16 + 7;

for (const [name, kernels] of Object.entries(COMPILED)) {
  Deno.test(`${name}: the fused multiply-add rounds once in the same cases, in every lane`, () => {
    using _scope = openScope();
    const [parameter, gradient] = [tensor([LANES]), tensor([LANES])];
    const plainStep = { momentum: 0, dampening: 0, weight_decay: 0, nesterov: false };
    for (const [a, b, c] of hardCases(3000)) {
      gradient.data.fill(a);
      parameter.data.fill(c);
      // p = p - lr * g
      kernels.sgdStep(parameter, gradient, null, { ...plainStep, lr: -b }, false);
      assertEquals([...parameter.data], new Array(LANES).fill(nearest([a, b, c])), `${a}, ${b}, ${c}`);
    }
  });
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
