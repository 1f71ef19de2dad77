/** Pooling: the compiled kernels have the plain twins' bits for any shape. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { plain } from "../../../core/kernels/plain.ts";
import { wasm } from "../../../core/kernels/wasm.ts";
import { fromArray, scoped, tensor } from "../../../core/tensor/tensor.ts";
import { assertSameBits, bitsOf } from "./compare.ts";

const from1 = (max: number) => fc.integer({ min: 1, max });
const shapes = fc.record({
  images: from1(3),
  channels: from1(3),
  height: from1(15),
  width: from1(15),
  kernel: from1(5),
})
  .filter(({ height, width, kernel }) => kernel <= Math.min(height, width));

Deno.test("pooling and its gradients have the plain twins' bits for any shape, including NaN and infinities", () => {
  fc.assert(
    fc.property(
      shapes,
      fc.integer(),
      fc.boolean(),
      ({ images, channels, height, width, kernel }, seed, add) =>
        assertSameBits(seed, (k, numbers) => {
          const x = numbers.wild(images, channels, height, width);
          // Equal elements: the first one counts.
          for (let i = 0; i < x.size; i += 2) {
            if (numbers.below(2) === 0) {
              x.data[i] = 1;
            }
          }
          const size = [images, channels, Math.floor(height / kernel), Math.floor(width / kernel)];
          const [most, average, dout] = [tensor(size), tensor(size), numbers.wild(...size)];
          const [dMost, dAverage] = [numbers.wild(...x.shape), numbers.wild(...x.shape)];
          k.maxPool(most, x, kernel);
          k.averagePool(average, x, kernel);
          const after = numbers.tensor(16);
          k.maxPoolBackward(dMost, dout, x, kernel, add);
          k.averagePoolBackward(dAverage, dout, kernel, add);
          return [most, average, dMost, dAverage, after];
        }),
    ),
  );
});

Deno.test("maxPoolBackward() gives a window's gradient to its first largest element, or to its last NaN", () => {
  const cases: [window: number[], at: number][] = [
    [[1, 3, 3, 2], 1],
    [[-0, 0, 0, 0], 0],
    [[-Infinity, -Infinity, -Infinity, -Infinity], 0],
    [[NaN, 1, NaN, Infinity], 2],
    [[-Infinity, NaN, 2, 3], 1],
  ];
  for (const k of [plain, wasm]) {
    for (const [window, at] of cases) {
      scoped(() => {
        const [x, dx] = [fromArray(window, [1, 1, 2, 2]), tensor([1, 1, 2, 2])];
        k.maxPoolBackward(dx, fromArray([5], [1, 1, 1, 1]), x, 2, false);
        assertEquals([...dx.data], window.map((_, i) => i === at ? 5 : 0));
      });
    }
  }
});

Deno.test("pooling makes 0 of -0 where PyTorch adds it to 0", () => {
  for (const k of [plain, wasm]) {
    scoped(() => {
      const [zero, out, dx] = [fromArray([-0], [1, 1, 1, 1]), tensor([1, 1, 1, 1]), tensor([1, 1, 1, 1])];
      const isZero = () => assertEquals([out, dx].map(({ data }) => bitsOf(data)[0]), [0, 0]);
      k.averagePool(out, zero, 1);
      k.averagePoolBackward(dx, zero, 1, false);
      isZero();
      k.maxPoolBackward(dx, zero, zero, 1, false);
      isZero();
    });
  }
});
