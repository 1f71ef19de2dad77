import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fromBase64, packZeros, unpackZeros } from "../../../pipeline/charts/page/packed.ts";
import { testDigits } from "../predict/pictures.ts";

Deno.test("unpackZeros() gives back what packZeros() was given", () => {
  const manyZeros = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 255 })), {
    maxLength: 900,
  });
  fc.assert(fc.property(manyZeros, (values) => {
    const bytes = Uint8Array.from(values);
    assertEquals(unpackZeros(fromBase64(packZeros(bytes).toBase64()), bytes.length), bytes);
  }));
  for (const length of [0, 1, 254, 255, 256, 511, 20_000]) {
    assertEquals(unpackZeros(packZeros(new Uint8Array(length)), length), new Uint8Array(length));
  }
});

Deno.test("packZeros() makes a digit three times as small", () => {
  const sizes = testDigits(100).map(({ pixels }) => packZeros(pixels).length);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  assert(mean < 784 / 3, String(mean));
});
