import { assertEquals } from "@std/assert";
import { MersenneTwister } from "../../../core/random/mersenne_twister.ts";
import { assertGolden, goldenSeeds } from "./golden.ts";

for (const [seed, golden] of goldenSeeds()) {
  Deno.test(`MersenneTwister.next32() gives torch's numbers when the seed is ${seed}`, () => {
    const twister = new MersenneTwister(seed);
    assertGolden(Uint32Array.from({ length: 1000 }, () => twister.next32()), golden.mt19937, "mt19937");
  });
}

Deno.test("MersenneTwister.next32() gives the published ten-thousandth number when the seed is 5489", () => {
  // The C++ standard, [rand.predef], states it for mt19937, whose default seed is 5489.
  const twister = new MersenneTwister(5489);
  twister.skip(9999);
  assertEquals(twister.next32(), 4123659995);
});
