import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Generator } from "../../../core/random/mod.ts";
import { plain } from "../../../core/kernels/plain.ts";
import { fromArray, scoped, tensor } from "../../../core/tensor/tensor.ts";
import { assertSameBits } from "./compare.ts";

const cases = fc.record({
  seed: fc.nat(),
  sizes: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 3 }),
  p: fc.oneof(fc.constantFrom(0.1, 0.25, 0.5, 0.9999), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
  skipped: fc.integer({ min: 0, max: 1300 }),
});

Deno.test("dropoutMask() has the plain twin's bits, and leaves its state, for any size, probability and place in the words", () => {
  fc.assert(fc.property(cases, ({ seed, sizes, p, skipped }) =>
    assertSameBits(seed, (k) => {
      const generator = new Generator(seed);
      generator.skip(skipped);
      const state = fromArray(generator.state(), [625], "int32");
      const masks = sizes.map((size) => {
        const mask = tensor([size]);
        k.dropoutMask(mask, state, p);
        return mask;
      });
      // float32 has 24 bits: the words in two halves.
      const halves = Array.from(state.data).flatMap((word) => [word >>> 16, word & 0xffff]);
      return [...masks, fromArray(halves, [halves.length])];
    })));
});

Deno.test("dropoutMask() goes on where a generator stands, which goes on where the mask ends", () => {
  scoped(() => {
    const [generator, other] = [new Generator(5), new Generator(5)];
    for (const one of [generator, other]) one.skip(1000);
    const state = fromArray(generator.state(), [625], "int32");
    assertEquals(state.data[624], 1000 - 624);
    plain.dropoutMask(tensor([500]), state, 0.5);
    other.skip(1000);
    assertEquals(Array.from(state.data), Array.from(other.state()));
    // What is handed over is a copy.
    assertEquals(generator.state()[624], 1000 - 624);
  });
});
