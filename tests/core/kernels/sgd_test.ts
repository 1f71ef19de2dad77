import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { wasm as kernels } from "../../../core/kernels/wasm.ts";
import { fromArray, scoped } from "../../../core/tensor/tensor.ts";
import { assertSameBits } from "./compare.ts";

const settings = fc.record({
  lr: fc.constantFrom(0.001, 0.1, 1),
  momentum: fc.constantFrom(0, 0.9),
  dampening: fc.constantFrom(0, 0.1),
  weight_decay: fc.constantFrom(0, 0.0001),
  nesterov: fc.boolean(),
  isFirst: fc.boolean(),
  hasVelocity: fc.boolean(),
});

Deno.test("sgdStep() has the plain twin's bits for any size and parameters", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 30 }),
      settings,
      (seed, size, options) =>
        assertSameBits(seed, (k, numbers) => {
          const [p, g, v] = [numbers.wild(size), numbers.wild(size), numbers.wild(size)];
          k.sgdStep(p, g, options.hasVelocity ? v : null, options, options.isFirst);
          return [p, g, v];
        }),
    ),
  );
});

/** One parameter after two steps with the gradient 1 from p = 2. */
function twoSteps(momentum: number, dampening: number, weight_decay: number, nesterov: boolean): number {
  return scoped(() => {
    const [p, g, v] = [fromArray([2], [1]), fromArray([1], [1]), fromArray([0], [1])];
    const params = { lr: 0.5, momentum, dampening, weight_decay, nesterov };
    for (const isFirst of [true, false]) kernels.sgdStep(p, g, v, params, isFirst);
    return p.data[0];
  });
}

Deno.test("sgdStep() follows torch.optim.SGD with momentum, dampening, weight decay and nesterov", () => {
  assertEquals(twoSteps(0, 0, 0, false), 1); // 2 - 0.5 - 0.5
  assertEquals(twoSteps(0.5, 0, 0, false), 0.75); // v = 1, then 1.5
  assertEquals(twoSteps(0.5, 0.5, 0, false), 1); // v = 1 (no dampening in the first step), then 0.5 + 0.5
  assertEquals(twoSteps(0.5, 0, 0, true), 0.375); // d = 1 + 0.5, then 1 + 0.75
  assertEquals(twoSteps(0, 0, 0.5, false), 0.25); // d = 1 + 1, so p = 1; then d = 1 + 0.5
});
