import { assertEquals } from "@std/assert";
import { MersenneTwister } from "../../../core/random/mersenne_twister.ts";

Deno.test("MersenneTwister.next32() returns the published ten-thousandth number for seed 5489", () => {
  // The C++ standard, [rand.predef], states it for mt19937, whose default seed is 5489.
  const twister = new MersenneTwister(5489);
  twister.skip(9999);
  assertEquals(twister.next32(), 4123659995);
});
