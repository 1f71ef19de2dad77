import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import * as float32 from "../../../core/random/float32.ts";

Deno.test("float32.log() is within two units of the last place for x in (0, 1]", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 24 }), (numerator) => {
    const x = numerator / 2 ** 24;
    assertAlmostEquals(float32.log(x), Math.log(x), Math.abs(Math.log(x)) * 2 ** -22);
  }));
  assertEquals(float32.log(1), 0);
});

Deno.test("float32.sinCos() agrees with double precision for t in [0, 2 pi]", () => {
  const out = new Float32Array(2);
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 24 }), (numerator) => {
    const t = Math.fround(2 * Math.PI * numerator / 2 ** 24);
    float32.sinCos(t, out);
    assertAlmostEquals(out[0], Math.sin(t), 2 ** -23);
    assertAlmostEquals(out[1], Math.cos(t), 2 ** -23);
  }));
});
