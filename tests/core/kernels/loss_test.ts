import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { wasm as kernels } from "../../../core/kernels/wasm.ts";
import { fromArray, scoped, tensor } from "../../../core/tensor/tensor.ts";
import { assertSameBits, bitsOf, Numbers } from "./compare.ts";

const shapes = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 19 }),
  min: fc.constantFrom(0, 1e-10, 0.25),
  accumulate: fc.boolean(),
});

Deno.test("softmaxRows() has the plain twin's bits for any shape", () => {
  fc.assert(fc.property(shapes, fc.boolean(), ({ seed, rows, columns }, wild) =>
    assertSameBits(seed, (k, numbers) => {
      const [out, x] = [tensor([rows, columns]), wild ? numbers.wild(rows, columns) : numbers.tensor(rows, columns)];
      k.softmaxRows(out, x);
      return out;
    })));
});

Deno.test("softmaxRows() has the plain twin's bits for exponentials that are denormal or 0", () => {
  fc.assert(fc.property(shapes, ({ seed, rows, columns }) =>
    assertSameBits(seed, (k, numbers) => {
      // Up to 100 below the row's largest, half of them within 1 of ln 2^-126.
      const [out, x] = [tensor([rows, columns]), numbers.tensor(rows, columns)];
      for (let i = 0; i < x.size; i++) x.data[i] = i % 2 === 0 ? x.data[i] / 2 - 87.5 : -100 * numbers.next();
      for (let row = 0; row < rows; row++) x.data[row * columns + numbers.below(columns)] = 0;
      k.softmaxRows(out, x);
      return out;
    })));
});

Deno.test("softmaxRows() writes nothing outside its target", () => {
  const sizes = fc.record({ rows: fc.constantFrom(1, 16, 32, 48), columns: fc.integer({ min: 1, max: 19 }) });
  fc.assert(fc.property(sizes, fc.integer(), ({ rows, columns }, seed) =>
    scoped(() => {
      const numbers = new Numbers(seed);
      // The tensors are adjacent if the target fills complete cache lines.
      const [x, before] = [numbers.tensor(rows, columns), numbers.tensor(16)];
      const [out, after] = [tensor([rows, columns]), numbers.tensor(16)];
      const untouched = [x, before, after].map((t) => bitsOf(t.data));
      kernels.softmaxRows(out, x);
      assertEquals([x, before, after].map((t) => bitsOf(t.data)), untouched);
    })));
});

Deno.test("softmaxRows() computes rows that sum to 1 within 1e-6 for logits as large as 1000", () => {
  scoped(() => {
    const [x, p] = [new Numbers(5).tensor(64, 10), tensor([64, 10])];
    kernels.scale(x, x, 500);
    kernels.softmaxRows(p, x);
    for (let i = 0; i < 64; i++) {
      const sum = p.data.subarray(i * 10, (i + 1) * 10).reduce((total, value) => total + value, 0);
      assert(Math.abs(sum - 1) < 1e-6);
    }
  });
});

Deno.test("softmaxRowsBackward() has the plain twin's bits for any shape", () => {
  fc.assert(fc.property(shapes, ({ seed, rows, columns, accumulate }) =>
    assertSameBits(seed, (k, numbers) => {
      const [dx, dout, p] = [0, 1, 2].map(() => numbers.wild(rows, columns));
      k.softmaxRowsBackward(dx, dout, p, accumulate);
      return dx;
    })));
});

Deno.test("pickLogLoss() and its gradient have the plain twins' bits for any shape and clamp", () => {
  fc.assert(fc.property(shapes, ({ seed, rows, columns, min, accumulate }) =>
    assertSameBits(seed, (k, numbers) => {
      const [p, dRow, dp] = [numbers.wild(rows, columns), numbers.wild(rows), numbers.wild(rows, columns)];
      const [labels, rowLoss] = [numbers.integers("uint8", columns, rows), tensor([rows])];
      k.pickLogLoss(rowLoss, p, labels, min);
      k.pickLogLossBackward(dp, dRow, p, labels, min, accumulate);
      return [rowLoss, dp];
    })));
});

Deno.test("pickLogLoss() is Infinity when p is 0 and nothing is clamped", () => {
  scoped(() => {
    const [loss, p, labels] = [tensor([1]), fromArray([0, 1], [1, 2]), fromArray([0], [1], "uint8")];
    kernels.pickLogLoss(loss, p, labels, 0);
    assertEquals(loss.data[0], Infinity);
    kernels.pickLogLoss(loss, p, labels, 1e-10);
    assert(Math.abs(loss.data[0] - 23.02585) < 1e-5);
  });
});

Deno.test("sum() has the plain twin's bits for any size", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 300 }), (seed, size) =>
      assertSameBits(seed, (k, numbers) => {
        const [out, a] = [tensor([1]), seed % 2 === 0 ? numbers.tensor(size) : numbers.wild(size)];
        k.sum(out, a);
        return out;
      })),
  );
});
