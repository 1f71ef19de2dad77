import { assertAlmostEquals } from "@std/assert";
import fc from "fast-check";
import { wasm as kernels } from "../../../core/kernels/wasm.ts";
import { fromArray, scoped, tensor } from "../../../core/tensor/tensor.ts";
import { assertSameBits } from "./compare.ts";

const sizes = fc.integer({ min: 1, max: 40 });
const beta = fc.constantFrom(0, 0.5, 0.9, 0.999);

Deno.test("adamStep() has the plain twin's bits for any size and numbers", () => {
  const numbers = fc.record({
    beta1: beta,
    beta2: beta,
    eps: fc.constantFrom(0, 1e-8, 0.1),
    decay: fc.constantFrom(0, 0.01),
    shrink: fc.constantFrom(1, 0.99),
    rate: fc.constantFrom(0.001, 0.1, 3),
    root: fc.constantFrom(0.0316, 1),
  });
  fc.assert(fc.property(fc.integer(), sizes, numbers, (seed, size, settings) =>
    assertSameBits(seed, (k, draws) => {
      const [p, g, m, v] = [1, 2, 3, 4].map(() => draws.wild(size));
      k.adamStep(p, g, m, v, settings);
      return [p, g, m, v];
    })));
});

Deno.test("rmspropStep() has the plain twin's bits for any size and numbers, centered and with momentum", () => {
  const numbers = fc.record({
    lr: fc.constantFrom(0.001, 1),
    alpha: beta,
    eps: fc.constantFrom(0, 1e-8),
    weight_decay: fc.constantFrom(0, 0.01),
    momentum: beta,
  });
  fc.assert(
    fc.property(
      fc.integer(),
      sizes,
      numbers,
      fc.boolean(),
      fc.boolean(),
      (seed, size, settings, centered, buffered) =>
        assertSameBits(seed, (k, draws) => {
          const [p, g, v, mean, buffer] = [1, 2, 3, 4, 5].map(() => draws.wild(size));
          k.rmspropStep(p, g, v, centered ? mean : null, buffered ? buffer : null, settings);
          return [p, g, v, mean, buffer];
        }),
    ),
  );
});

Deno.test("norm() has the plain twin's bits for any size", () => {
  const size = fc.oneof(sizes, fc.integer({ min: 1, max: 700 }));
  const isWild = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
  fc.assert(fc.property(fc.integer(), size, isWild, (seed, size, wild) =>
    assertSameBits(seed, (k, draws) => {
      const out = tensor([1]);
      k.norm(out, wild ? draws.wild(size) : draws.tensor(size));
      return out;
    })));
});

Deno.test("norm() is the length of a vector, and NaN or infinite where an element is", () => {
  scoped(() => {
    const norm = (...values: number[]) => {
      const out = tensor([1]);
      kernels.norm(out, fromArray(values, [values.length]));
      return out.data[0];
    };
    assertAlmostEquals(norm(3, 4), 5, 1e-6);
    assertAlmostEquals(norm(...new Array(23).fill(2)), 2 * Math.sqrt(23), 1e-5);
    for (const at of [0, 7, 8, 12, 15]) {
      for (const [value, expected] of [[NaN, NaN], [-Infinity, Infinity]]) {
        const values = new Array(16).fill(1);
        values[at] = value;
        assertAlmostEquals(norm(...values), expected);
      }
    }
  });
});
