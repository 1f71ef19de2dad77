import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { sineCosine } from "../../../core/random/sine_cosine.ts";
import { sha256 } from "./golden.ts";
import { uniforms } from "./uniforms.ts";

Deno.test("sineCosine() has FDLIBM's bits for 160,002 angles", () => {
  // The SHA-256 of the results of @stdlib/math-base-special-sin and -cos 0.3.1, which this function replaced.
  const sine = "eb4a3dd1e9cf92e23febca9c1b2ca85b19d217b2dd63108c7f7d94914d43879e";
  const cosine = "a5e2270d1918f79fda3f2e036c6039e99fe287cb240e81fd85e367859b2e1a42";
  const angles = uniforms().map((u) => 2 * Math.PI * u);
  assertEquals(sha256(angles.map((angle) => sineCosine(angle)[0])), sine);
  assertEquals(sha256(angles.map((angle) => sineCosine(angle)[1])), cosine);
});

Deno.test("sineCosine() is as precise as the engine's, at multiples of pi / 2 as well", () => {
  const angles = [
    ...uniforms().subarray(0, 1000).map((u) => 2 * Math.PI * u),
    ...[0.5, 1, 1.5].map((k) => k * Math.PI),
  ];
  for (const angle of angles) {
    const [sine, cosine] = sineCosine(angle);
    assertAlmostEquals(sine, Math.sin(angle), Math.abs(Math.sin(angle)) * 2 ** -52);
    assertAlmostEquals(cosine, Math.cos(angle), Math.abs(Math.cos(angle)) * 2 ** -52);
  }
});

Deno.test("sineCosine() throws a RangeError for what is not in [0, 2 pi)", () => {
  for (const angle of [-1e-300, 2 * Math.PI, 7, NaN, Infinity]) {
    assertThrows(() => sineCosine(angle), RangeError, `found ${angle}`);
  }
});
