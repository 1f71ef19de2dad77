import { assertEquals, assertThrows } from "@std/assert";
import { linearBiasBound, linearWeightBound } from "../../../core/random/linear_bounds.ts";

Deno.test("linearWeightBound() gives the double that torch's formula gives", () => {
  // math.sqrt(3) * (math.sqrt(2 / (1 + math.sqrt(5) ** 2)) / math.sqrt(n)), as Python works it out.
  assertEquals(linearWeightBound(784), 0.03571428571428571);
  assertEquals(linearWeightBound(30), 0.18257418583505536);
  assertEquals(linearWeightBound(1), 0.9999999999999999);
});

Deno.test("linearBiasBound() is 1 / sqrt(in)", () => {
  assertEquals(linearBiasBound(784), 0.03571428571428571);
  assertEquals(linearBiasBound(30), 0.18257418583505536);
});

Deno.test("linearWeightBound() and linearBiasBound() throw a RangeError when there are no input features", () => {
  for (const bound of [linearWeightBound, linearBiasBound]) {
    for (const inFeatures of [0, -1, 1.5, NaN]) {
      assertThrows(() => bound(inFeatures), RangeError, `found ${inFeatures}`);
    }
  }
});
