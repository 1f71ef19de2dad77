import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { normalBlock, normalPair } from "../../../core/random/normal.ts";

Deno.test("normalBlock() returns 0, not -0, for uniform numbers of 0", () => {
  const data = new Float32Array(16);
  normalBlock(data, 0);
  assert(data.every((value) => Object.is(value, 0)), `found ${data}`);
});

Deno.test("normalBlock() changes no numbers outside its block", () => {
  const data = new Float32Array(48).fill(0.25);
  normalBlock(data, 16);
  assertEquals(data.findIndex((value) => value !== 0.25), 16);
  assertEquals(data.findLastIndex((value) => value !== 0.25), 31);
});

Deno.test("normalPair() returns the point at the angle of u1 with the radius of u2", () => {
  const [first, second] = normalPair(1 / 8, 0.5);
  assertAlmostEquals(first, second, 1e-15);
  assertAlmostEquals(first * first + second * second, 2 * Math.LN2, 1e-15);
});
