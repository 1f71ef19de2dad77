import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Generator } from "../../../core/random/generator.ts";
import { linearBiasBound, linearWeightBound } from "../../../core/random/linear_bounds.ts";
import { assertGolden, goldenSeeds } from "./golden.ts";

/** Draws the parameters of an `nn.Linear`: weight `[outFeatures, inFeatures]`, then bias `[outFeatures]`. */
function drawLinear(generator: Generator, inFeatures: number, outFeatures: number) {
  const weight = new Float32Array(outFeatures * inFeatures);
  const bias = new Float32Array(outFeatures);
  const weightBound = linearWeightBound(inFeatures);
  const biasBound = linearBiasBound(inFeatures);
  generator.uniform(weight, -weightBound, weightBound);
  generator.uniform(bias, -biasBound, biasBound);
  return { weight, bias };
}

function randn(generator: Generator, n: number): Float32Array {
  const out = new Float32Array(n);
  generator.randn(out);
  return out;
}

for (const [seed, golden] of goldenSeeds()) {
  Deno.test(`Generator.rand() draws torch's numbers when the seed is ${seed}`, () => {
    const out = new Float32Array(1000);
    new Generator(seed).rand(out);
    assertGolden(out, golden.rand_1000, "rand_1000");
  });

  Deno.test(`Generator.uniform() draws torch's numbers when the seed is ${seed}`, () => {
    const expected = golden["uniform_1000_-3.3_5.1"];
    const out = new Float32Array(1000);
    new Generator(seed).uniform(out, -3.3, 5.1);
    assertGolden(out, expected, "fused");
    new Generator(seed).uniformUnfused(out, -3.3, 5.1);
    assertGolden(out, expected.scalar_path, "unfused");
  });

  Deno.test(`Generator.uniform() draws the parameters of nn.Linear when the seed is ${seed}`, () => {
    const one = drawLinear(new Generator(seed), 784, 10);
    assertGolden(one.weight, golden.linear_784_10.weight, "weight");
    assertGolden(one.bias, golden.linear_784_10.bias, "bias");
    const generator = new Generator(seed);
    const hidden = drawLinear(generator, 784, 30);
    const output = drawLinear(generator, 30, 10);
    const { w1, b1, w2, b2 } = golden.two_layer_784_30_10;
    assertGolden(hidden.weight, w1, "w1");
    assertGolden(hidden.bias, b1, "b1");
    assertGolden(output.weight, w2, "w2");
    assertGolden(output.bias, b2, "b2");
  });

  Deno.test(`Generator.randn() draws torch's numbers for every size when the seed is ${seed}`, () => {
    for (const [n, expected] of Object.entries(golden.randn_single)) {
      assertGolden(randn(new Generator(seed), Number(n)), expected, `randn(${n})`);
    }
    const generator = new Generator(seed);
    assertGolden(randn(generator, 7840), golden.randn_784x10_then_10.weights, "weights");
    assertGolden(randn(generator, 10), golden.randn_784x10_then_10.bias, "bias");
  });

  Deno.test(`Generator.randn() keeps the second of a pair for the next small draw when the seed is ${seed}`, () => {
    const generator = new Generator(seed);
    for (const { n, values } of golden.randn_sequence_one_generator) assertEquals([...randn(generator, n)], values);
  });

  Deno.test(`Generator.randomInt64() draws torch's numbers when the seed is ${seed}`, () => {
    const generator = new Generator(seed);
    const { values } = golden.random_int64;
    assertEquals(values.map(() => String(generator.randomInt64())), values);
  });

  Deno.test(`Generator.randperm() draws torch's permutations when the seed is ${seed}`, () => {
    for (const n of [15, 1000, 10000, 60000]) {
      assertGolden(new Generator(seed).randperm(n), golden[`randperm_${n}`], `randperm(${n})`);
    }
  });
}

Deno.test("Generator() uses the low 32 bits when the seed has more", () => {
  const first = (seed: number | bigint) => new Generator(seed).randomInt64();
  assertEquals(first(2 ** 32 + 42), first(42));
  assertEquals(first((1n << 64n) - 1n), first(0xffffffff));
  assertEquals(first(-1), first(0xffffffff));
  assertNotEquals(first(0xffffffff), first(0));
});

Deno.test("Generator() throws a RangeError when the seed is no 64-bit integer", () => {
  for (const seed of [1.5, NaN, Infinity, 2 ** 60, 1n << 64n, -(1n << 63n) - 1n]) {
    assertThrows(() => new Generator(seed), RangeError, "expected an integer in [-2^63, 2^64)");
  }
});

Deno.test("Generator.randperm() returns each number once when n is any size", () => {
  fc.assert(fc.property(fc.nat(300), fc.nat(), (n, seed) => {
    const sorted = new Generator(seed).randperm(n).toSorted();
    assertEquals([...sorted], Array.from({ length: n }, (_, i) => i));
  }));
});

Deno.test("Generator.randperm() writes to the given array when it has n elements", () => {
  const out = new Int32Array(15);
  const returned = new Generator(3).randperm(15, out);
  assertEquals(returned === out, true);
  assertEquals(out, new Generator(3).randperm(15));
  assertThrows(() => new Generator(3).randperm(15, new Int32Array(16)), RangeError, "n = 15");
  assertThrows(() => new Generator(3).randperm(-1), RangeError, "found -1");
});

Deno.test("Generator.skip() lands where drawing would when any number is skipped", () => {
  fc.assert(fc.property(fc.nat(3000), fc.nat(3000), (before, skipped) => {
    const drawn = new Generator(5);
    const jumped = new Generator(5);
    drawn.rand(new Float32Array(before + skipped));
    jumped.rand(new Float32Array(before));
    jumped.skip(skipped);
    assertEquals(jumped.randomInt64(), drawn.randomInt64());
  }));
  assertThrows(() => new Generator(5).skip(-1), RangeError, "found -1");
});
