import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Generator } from "../../../core/random/generator.ts";

Deno.test("Generator() uses the low 32 bits of the seed", () => {
  const first = (seed: number | bigint) => new Generator(seed).randomInt64();
  assertEquals(first(2 ** 32 + 42), first(42));
  assertEquals(first((1n << 64n) - 1n), first(0xffffffff));
  assertEquals(first(-1), first(0xffffffff));
  assertNotEquals(first(0xffffffff), first(0));
});

Deno.test("Generator() draws the same for any 64-bit seed as for its low 32 bits, as torch does", () => {
  const seeds = fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n });
  fc.assert(fc.property(seeds, (seed) => {
    const low = Number(BigInt.asUintN(32, seed));
    const draws = [seed, low].map((one) => {
      const generator = new Generator(one);
      const [few, many] = [new Float32Array(3), new Float32Array(20)];
      generator.randn(few);
      generator.randn(many);
      return [...few, ...many, generator.randomInt64(), ...generator.randperm(9)];
    });
    assertEquals(draws[0], draws[1]);
  }));
});

Deno.test("Generator() throws a RangeError if the seed is not a 64-bit integer", () => {
  for (const seed of [1.5, NaN, Infinity, 2 ** 60, 1n << 64n, -(1n << 63n) - 1n]) {
    assertThrows(() => new Generator(seed), RangeError, "expected an integer in [-2^63, 2^64)");
  }
});

Deno.test("Generator.randperm() returns each number once for any n", () => {
  fc.assert(fc.property(fc.nat(300), fc.nat(), (n, seed) => {
    const sorted = new Generator(seed).randperm(n).toSorted();
    assertEquals([...sorted], Array.from({ length: n }, (_, i) => i));
  }));
});

Deno.test("Generator.randperm() writes to the given array if it has n elements", () => {
  const out = new Int32Array(15);
  const returned = new Generator(3).randperm(15, out);
  assertEquals(returned === out, true);
  assertEquals(out, new Generator(3).randperm(15));
  assertThrows(() => new Generator(3).randperm(15, new Int32Array(16)), RangeError, "n = 15");
  assertThrows(() => new Generator(3).randperm(-1), RangeError, "found -1");
});

Deno.test("Generator.skip() has the same effect as drawing, for any number of draws", () => {
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
