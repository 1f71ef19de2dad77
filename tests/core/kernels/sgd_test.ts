import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { wasm as kernels } from "../../../core/kernels/wasm.ts";
import { fromArray, scoped } from "../../../core/tensor/tensor.ts";
import { assertSameBits } from "./compare.ts";

const settings = fc.record({
  lr: fc.constantFrom(0.001, 0.1, 1),
  momentum: fc.constantFrom(0, 0.9),
  dampening: fc.constantFrom(0, 0.1),
  weightDecay: fc.constantFrom(0, 0.0001),
  nesterov: fc.boolean(),
  first: fc.boolean(),
  keepsVelocity: fc.boolean(),
});

Deno.test("sgdStep() gives the plain twin's bits for any size and options", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 30 }),
      settings,
      (seed, size, options) =>
        assertSameBits(seed, (k, numbers) => {
          const [p, g, v] = [numbers.wild(size), numbers.wild(size), numbers.wild(size)];
          const { lr, momentum, dampening, weightDecay, nesterov, first } = options;
          k.sgdStep(p, g, options.keepsVelocity ? v : null, lr, momentum, dampening, weightDecay, nesterov, first);
          return [p, g, v];
        }),
    ),
  );
});

/** One parameter after two steps with the gradient 1 from p = 2. */
function twoSteps(momentum: number, dampening: number, weightDecay: number, nesterov: boolean): number {
  return scoped(() => {
    const [p, g, v] = [fromArray([2], [1]), fromArray([1], [1]), fromArray([0], [1])];
    for (const first of [true, false]) {
      kernels.sgdStep(p, g, v, 0.5, momentum, dampening, weightDecay, nesterov, first);
    }
    return p.data[0];
  });
}

Deno.test("sgdStep() follows torch.optim.SGD when momentum, dampening, weight decay or nesterov are set", () => {
  assertEquals(twoSteps(0, 0, 0, false), 1); // 2 - 0.5 - 0.5
  assertEquals(twoSteps(0.5, 0, 0, false), 0.75); // v = 1, then 1.5
  assertEquals(twoSteps(0.5, 0.5, 0, false), 1); // v = 1 (no dampening in the first step), then 0.5 + 0.5
  assertEquals(twoSteps(0.5, 0, 0, true), 0.375); // d = 1 + 0.5, then 1 + 0.75
  assertEquals(twoSteps(0, 0, 0.5, false), 0.25); // d = 1 + 1, so p = 1; then d = 1 + 0.5
});
