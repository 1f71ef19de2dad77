/** Convolutions: the compiled kernels have the plain twins' bits for any shape. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Stride } from "../../../core/kernels/convolution.ts";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { wasm } from "../../../core/kernels/wasm.ts";
import { scoped, type Tensor, tensor } from "../../../core/tensor/tensor.ts";
import { assertSameBits, bitsOf, Numbers } from "./compare.ts";

interface Shapes extends Stride {
  images: number;
  channels: number;
  height: number;
  width: number;
  outputs: number;
  kernel: number;
}

const from1 = (max: number) => fc.integer({ min: 1, max });

/** Images down to 1 × 1, kernels as large as they are, strides beyond, and more images than a group of lanes has. */
const shapes: fc.Arbitrary<Shapes> = fc.record({
  images: fc.oneof(from1(5), fc.integer({ min: 15, max: 18 })),
  channels: from1(3),
  height: from1(7),
  width: from1(7),
  outputs: from1(8),
  kernel: from1(5),
  stride: from1(4),
  padding: fc.integer({ min: 0, max: 3 }),
}).filter(({ height, width, kernel, padding }) => kernel <= Math.min(height, width) + 2 * padding);

/** Operands of a convolution; `make` draws one. */
function operandsOf(shapes: Shapes, make: (...shape: number[]) => Tensor) {
  const { images, channels, height, width, outputs, kernel, stride, padding } = shapes;
  const sizeOf = (length: number) => Math.floor((length + 2 * padding - kernel) / stride) + 1;
  return {
    x: make(images, channels, height, width),
    weight: make(outputs, channels, kernel, kernel),
    bias: make(outputs),
    dout: make(images, outputs, sizeOf(height), sizeOf(width)),
    form: { stride, padding },
  };
}

/** The output and all gradients. */
function resultsOf(k: Kernels, operands: ReturnType<typeof operandsOf>, hasBias: boolean, start: Tensor[] | null) {
  const { x, weight, bias, dout, form } = operands;
  const out = tensor(dout.shape);
  const [dx, dw, db] = start ?? [x, weight, bias].map(({ shape }) => tensor(shape));
  k.conv2d(out, x, weight, hasBias ? bias : null, form);
  k.conv2dInputGradient(dx, dout, weight, form, start !== null);
  k.conv2dWeightGradient(dw, dout, x, form, start !== null);
  k.channelSum(db, dout, start !== null);
  return [out, dx, dw, db];
}

Deno.test("a convolution and its gradients have the plain twins' bits for any shape, including NaN and infinities", () => {
  fc.assert(
    fc.property(
      shapes,
      fc.integer(),
      fc.boolean(),
      fc.boolean(),
      (shapes, seed, isWild, accumulate) =>
        assertSameBits(seed, (k, numbers) => {
          const make = (...shape: number[]) => isWild ? numbers.wild(...shape) : numbers.tensor(...shape);
          const operands = operandsOf(shapes, make);
          const { x, weight, bias } = operands;
          const start = accumulate ? [x, weight, bias].map(({ shape }) => make(...shape)) : null;
          return resultsOf(k, operands, seed % 3 !== 0, start);
        }),
    ),
  );
});

Deno.test("a convolution writes nothing outside its targets", () => {
  fc.assert(fc.property(shapes, fc.integer(), (shapes, seed) =>
    scoped(() => {
      const numbers = new Numbers(seed);
      const before = numbers.tensor(16);
      const operands = operandsOf(shapes, (...shape) => numbers.tensor(...shape));
      const { x, weight, bias, dout } = operands;
      const all = [before, x, weight, bias, dout];
      const untouched = all.map((t) => bitsOf(t.data));
      const results = resultsOf(wasm, operands, true, null);
      const after = numbers.tensor(16);
      const expected = bitsOf(after.data);
      const again = resultsOf(wasm, operands, true, null);
      assertEquals([...all, after].map((t) => bitsOf(t.data)), [...untouched, expected]);
      assertEquals(again.map(({ data }) => bitsOf(data)), results.map(({ data }) => bitsOf(data)));
    })));
});

Deno.test("channelSum() has the plain twin's bits for long planes, a single channel and planes of one element", () => {
  const sizes = fc.oneof(fc.constant(1), from1(40), fc.integer({ min: 700, max: 800 }));
  fc.assert(
    fc.property(
      from1(5),
      from1(5),
      sizes,
      fc.integer(),
      fc.boolean(),
      (images, channels, length, seed, add) =>
        assertSameBits(seed, (k, numbers) => {
          const [out, a] = [numbers.wild(channels), numbers.tensor(images, channels, 1, length)];
          k.channelSum(out, a, add);
          return out;
        }),
    ),
  );
});

Deno.test("turn() has the plain twin's bits, and undoes itself with the two sizes exchanged", () => {
  fc.assert(
    fc.property(
      from1(3),
      from1(9),
      from1(4),
      fc.integer(),
      fc.boolean(),
      (images, length, channels, seed, add) =>
        assertSameBits(seed, (k, numbers) => {
          const x = numbers.wild(images, length * channels);
          const [turned, back] = [tensor(x.shape), tensor(x.shape)];
          k.turn(turned, x, channels, false);
          k.turn(back, turned, length, false);
          assertEquals(bitsOf(back.data), bitsOf(x.data));
          k.turn(turned, x, channels, add);
          return turned;
        }),
    ),
  );
});
