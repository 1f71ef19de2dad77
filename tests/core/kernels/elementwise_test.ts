import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { wasm as kernels } from "../../../core/kernels/wasm.ts";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { scoped, type Tensor, tensor } from "../../../core/tensor/tensor.ts";
import { assertSameBits, bitsOf, Numbers } from "./compare.ts";

/** Each kernel on a target and two operands of the same size; `alpha` is any number. */
const cases: Record<string, (k: Kernels, out: Tensor, a: Tensor, b: Tensor, alpha: number) => void> = {
  relu: (k, out, a) => k.relu(out, a),
  "reluBackward overwriting": (k, out, a, b) => k.reluBackward(out, a, b, false),
  "reluBackward accumulating": (k, out, a, b) => k.reluBackward(out, a, b, true),
  exp: (k, out, a) => k.exp(out, a),
  log: (k, out, a) => k.log(out, a),
  "logBackward overwriting": (k, out, a, b) => k.logBackward(out, a, b, false),
  "logBackward accumulating": (k, out, a, b) => k.logBackward(out, a, b, true),
  tanh: (k, out, a) => k.tanh(out, a),
  "tanhBackward overwriting": (k, out, a, b) => k.tanhBackward(out, a, b, false),
  "tanhBackward accumulating": (k, out, a, b) => k.tanhBackward(out, a, b, true),
  sigmoid: (k, out, a) => k.sigmoid(out, a),
  "sigmoidBackward overwriting": (k, out, a, b) => k.sigmoidBackward(out, a, b, false),
  "sigmoidBackward accumulating": (k, out, a, b) => k.sigmoidBackward(out, a, b, true),
  leakyRelu: (k, out, a, _b, alpha) => k.leakyRelu(out, a, Math.abs(alpha)),
  "leakyReluBackward overwriting": (k, out, a, b, alpha) => k.leakyReluBackward(out, a, b, Math.abs(alpha), false),
  "leakyReluBackward accumulating": (k, out, a, b, alpha) => k.leakyReluBackward(out, a, b, Math.abs(alpha), true),
  gelu: (k, out, a) => k.gelu(out, a),
  "geluBackward overwriting": (k, out, a, b) => k.geluBackward(out, a, b, false),
  "geluBackward accumulating": (k, out, a, b) => k.geluBackward(out, a, b, true),
  "clampBackward overwriting": (k, out, a, b, alpha) => k.clampBackward(out, a, b, alpha, alpha + 1, false),
  "clampBackward accumulating": (k, out, a, b, alpha) => k.clampBackward(out, a, b, alpha, alpha + 1, true),
  addNumber: (k, out, a, _b, alpha) => k.addNumber(out, a, alpha),
  add: (k, out, a, b) => k.add(out, a, b),
  sub: (k, out, a, b) => k.sub(out, a, b),
  mul: (k, out, a, b) => k.mul(out, a, b),
  div: (k, out, a, b) => k.div(out, a, b),
  scale: (k, out, a, _b, alpha) => k.scale(out, a, alpha),
  clamp: (k, out, a, _b, alpha) => k.clamp(out, a, alpha, alpha + 1),
  "clamp from 0": (k, out, a) => k.clamp(out, a, 0, 1),
  addScaled: (k, out, a, _b, alpha) => k.addScaled(out, a, alpha),
  addProduct: (k, out, a, b) => k.addProduct(out, a, b),
  copy: (k, out, a) => k.copy(out, a),
  fill: (k, out, _a, _b, alpha) => k.fill(out, alpha),
};

const sizes = fc.integer({ min: 1, max: 40 });
const alphas = fc.double({ min: -3, max: 3, noNaN: true });

for (const [name, run] of Object.entries(cases)) {
  Deno.test(`${name} has the plain twin's bits for any size, including special numbers`, () => {
    fc.assert(fc.property(fc.integer(), sizes, alphas, (seed, size, alpha) =>
      assertSameBits(seed, (k, numbers) => {
        const [out, a, b] = [numbers.wild(size), numbers.wild(size), numbers.wild(size)];
        run(k, out, a, b, alpha);
        return out;
      })));
  });

  Deno.test(`${name} has the same bits in place as with another target`, () => {
    fc.assert(fc.property(fc.integer(), sizes, alphas, (seed, size, alpha) =>
      scoped(() => {
        const numbers = new Numbers(seed);
        const [a, b, out, inPlace] = [numbers.wild(size), numbers.wild(size), tensor([size]), tensor([size])];
        out.data.set(a.data);
        inPlace.data.set(a.data);
        run(kernels, out, a, b, alpha);
        run(kernels, inPlace, inPlace, b, alpha);
        assertEquals(bitsOf(inPlace.data), bitsOf(out.data));
      })));
  });

  Deno.test(`${name} writes nothing outside its target`, () => {
    for (let size = 1; size <= 33; size++) {
      scoped(() => {
        const numbers = new Numbers(size);
        const [a, b, out, after] = [numbers.wild(size), numbers.wild(size), tensor([size]), numbers.wild(16)];
        const operands = [a, b, after];
        const untouched = operands.map((t) => bitsOf(t.data));
        run(kernels, out, a, b, 0.5);
        assertEquals(operands.map((t) => bitsOf(t.data)), untouched);
      });
    }
  });
}

Deno.test("addRow() has the plain twin's bits for any shape", () => {
  fc.assert(fc.property(fc.integer(), sizes, sizes, (seed, rows, columns) =>
    assertSameBits(seed, (k, numbers) => {
      const [out, a, row] = [tensor([rows, columns]), numbers.wild(rows, columns), numbers.wild(columns)];
      k.addRow(out, a, row);
      return out;
    })));
});

Deno.test("scale() rounds its factor to float32 once", () => {
  scoped(() => {
    const [out, a] = [tensor([1]), tensor([1])];
    a.data[0] = 3;
    kernels.scale(out, a, 0.1);
    assertEquals(out.data[0], Math.fround(3 * Math.fround(0.1)));
  });
});

Deno.test("clamp() keeps NaN and replaces numbers outside the bounds with the bounds", () => {
  scoped(() => {
    const [out, a] = [tensor([5]), tensor([5])];
    a.data.set([-1, 0.5, 7, NaN, -0]);
    kernels.clamp(out, a, 0, 1);
    assertEquals(Array.from(out.data), [0, 0.5, 1, NaN, -0]);
  });
});
