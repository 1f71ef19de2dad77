import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { log1p } from "../../../core/random/log1p.ts";
import { sha256 } from "./golden.ts";
import { uniforms } from "./uniforms.ts";

Deno.test("log1p() has FDLIBM's bits for 160,002 arguments", () => {
  // The SHA-256 of the results of @stdlib/math-base-special-log1p 0.2.4, which this function replaced.
  const expected = "59a6053f81d7b01e756e57403f68e152fd73a8a65613a6c4c248e91a2207645b";
  assertEquals(sha256(uniforms().map((u) => log1p(-u))), expected);
});

Deno.test("log1p() is as precise as the engine's, and keeps the sign of zero", () => {
  for (const u of uniforms().subarray(0, 1000)) {
    assertAlmostEquals(log1p(-u), Math.log1p(-u), Math.abs(Math.log1p(-u)) * 2 ** -52);
  }
  assert(Object.is(log1p(-0), -0));
});

Deno.test("log1p() throws a RangeError for what is not a multiple of 2^-53 in (-1, 0]", () => {
  for (const x of [-1, 2 ** -53, -(2 ** -54), -(0.25 + 2 ** -54), -2, NaN, -Infinity]) {
    assertThrows(() => log1p(x), RangeError, `found ${x}`);
  }
});
