import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { plain } from "../../../core/kernels/plain.ts";
import { fromArray, scoped, tensor } from "../../../core/tensor/tensor.ts";
import { assertSameBits } from "./compare.ts";

const shapes = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 9 }),
  channels: fc.integer({ min: 1, max: 19 }),
  plane: fc.oneof(
    fc.constantFrom([], [1, 1], [1, 2], [7, 7]),
    fc.tuple(fc.nat(5), fc.nat(5)).map((s) => s.map((n) => n + 1)),
  ),
  eps: fc.constantFrom(1e-5, 1e-3, 0),
  momentum: fc.constantFrom(0.1, 0.3, 1, 0),
  isWild: fc.boolean(),
  sums: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  targets: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
});

Deno.test("batchNorm(), its gradient and batchNormEvaluate() have the plain twins' bits for any shape", () => {
  fc.assert(
    fc.property(
      shapes,
      ({ seed, rows, channels, plane, eps, momentum, isWild, sums, targets }) =>
        assertSameBits(seed, (k, numbers) => {
          const draw = (...shape: number[]) => isWild ? numbers.wild(...shape) : numbers.tensor(...shape);
          const shape = [rows, channels, ...plane];
          const [x, dout, weight, bias] = [draw(...shape), draw(...shape), draw(channels), draw(channels)];
          const running = { mean: draw(channels), variance: draw(channels) };
          const [out, evaluated, after] = [tensor(shape), tensor(shape), numbers.tensor(16)];
          k.batchNorm(out, x, weight, bias, running, { eps, momentum });
          k.batchNormEvaluate(evaluated, x, weight, bias, running.mean, running.variance, eps);
          const gradients = [draw(...shape), draw(channels), draw(channels)];
          const [dx, dWeight, dBias] = gradients.map((gradient, i) =>
            targets[i] ? { gradient, accumulate: sums[i] } : null
          );
          k.batchNormBackward(dx, dWeight, dBias, dout, x, weight, eps);
          return [out, evaluated, running.mean, running.variance, ...gradients, after];
        }),
    ),
  );
});

Deno.test("batchNorm() normalizes each channel to mean 0 and variance 1, and moves the running statistics", () => {
  scoped(() => {
    const x = fromArray([1, 10, 3, 30, 5, 50, 7, 70], [4, 2]);
    const [out, one, zero] = [tensor([4, 2]), fromArray([1, 1], [2]), tensor([2])];
    const running = { mean: tensor([2]), variance: fromArray([1, 1], [2]) };
    plain.batchNorm(out, x, one, zero, running, { eps: 0, momentum: 0.5 });
    const expected = [-3, -1, 1, 3].map((value) => value / Math.sqrt(5));
    for (const c of [0, 1]) {
      expected.forEach((value, row) => assert(Math.abs(out.data[2 * row + c] - value) < 1e-6));
    }
    assertEquals(Array.from(running.mean.data), [2, 20]);
    // The unbiased variances are 20 / 3 and 2000 / 3.
    [20, 2000].forEach((sum, c) => assert(Math.abs(running.variance.data[c] - (sum / 3 + 1) / 2) < 1e-4));
  });
});
