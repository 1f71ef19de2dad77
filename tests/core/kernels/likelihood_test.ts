import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { wasm as kernels } from "../../../core/kernels/wasm.ts";
import { fromArray, scoped, tensor } from "../../../core/tensor/tensor.ts";
import { assertSameBits, bitsOf, Numbers } from "./compare.ts";

const shapes = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 40 }),
  columns: fc.integer({ min: 1, max: 19 }),
  wild: fc.boolean(),
  isMean: fc.boolean(),
  accumulate: fc.boolean(),
});

Deno.test("logSoftmaxRows() and its gradient have the plain twins' bits for any shape", () => {
  fc.assert(fc.property(shapes, ({ seed, rows, columns, wild, accumulate }) =>
    assertSameBits(seed, (k, numbers) => {
      const draw = () => wild ? numbers.wild(rows, columns) : numbers.tensor(rows, columns);
      const [x, dout, dx, lp] = [draw(), draw(), draw(), tensor([rows, columns])];
      k.logSoftmaxRows(lp, x);
      k.logSoftmaxRowsBackward(dx, dout, lp, accumulate);
      return [lp, dx];
    })));
});

Deno.test("logSoftmaxRows() has the plain twin's bits for exponentials that are denormal or 0", () => {
  fc.assert(fc.property(shapes, ({ seed, rows, columns }) =>
    assertSameBits(seed, (k, numbers) => {
      const [out, x] = [tensor([rows, columns]), numbers.tensor(rows, columns)];
      for (let i = 0; i < x.size; i++) x.data[i] = x.data[i] * 60;
      k.logSoftmaxRows(out, x);
      return out;
    })));
});

Deno.test("logSoftmaxRowsBackward() keeps the sign of a zero sum, as its plain twin does", () => {
  for (let columns = 1; columns <= 19; columns++) {
    assertSameBits(columns, (k, numbers) => {
      const [dx, dout, lp] = [tensor([3, columns]), tensor([3, columns]), numbers.tensor(3, columns)];
      dout.data.forEach((_, i) => dout.data[i] = i % 5 === 0 ? 0 : -0);
      k.logSoftmaxRowsBackward(dx, dout, lp, false);
      return dx;
    });
  }
});

Deno.test("nll() and its gradient have the plain twins' bits for any shape", () => {
  fc.assert(
    fc.property(
      shapes,
      fc.constantFrom(1, 9, 40),
      ({ seed, rows, columns, wild, isMean, accumulate }, times) =>
        assertSameBits(seed, (k, numbers) => {
          const [n, loss, dlp] = [rows * times, tensor([1]), numbers.wild(rows * times, columns)];
          const lp = wild ? numbers.wild(n, columns) : numbers.tensor(n, columns);
          const [labels, dout] = [numbers.integers("uint8", columns, n), numbers.wild(1)];
          k.nll(loss, lp, labels, isMean);
          k.nllBackward(dlp, dout, labels, isMean, accumulate);
          return [loss, dlp];
        }),
    ),
  );
});

Deno.test("rowSum() and its gradient have the plain twins' bits for any shape", () => {
  fc.assert(
    fc.property(
      shapes,
      fc.constantFrom(1, 7),
      ({ seed, rows, columns, wild, accumulate }, times) =>
        assertSameBits(seed, (k, numbers) => {
          const shape = [rows, columns * times];
          const [a, out] = [wild ? numbers.wild(...shape) : numbers.tensor(...shape), tensor([rows])];
          const [da, dout] = [numbers.wild(...shape), numbers.wild(rows)];
          k.rowSum(out, a);
          k.rowSumBackward(da, dout, accumulate);
          return [out, da];
        }),
    ),
  );
});

Deno.test("the likelihood kernels write nothing outside their targets", () => {
  const sizes = fc.record({ rows: fc.constantFrom(1, 16, 32, 48), columns: fc.integer({ min: 1, max: 19 }) });
  fc.assert(fc.property(sizes, fc.integer(), ({ rows, columns }, seed) =>
    scoped(() => {
      const numbers = new Numbers(seed);
      // The tensors are adjacent if the targets fill complete cache lines.
      const [x, dout, before] = [numbers.tensor(rows, columns), numbers.tensor(rows), numbers.tensor(16)];
      const [out, between, row] = [tensor([rows, columns]), numbers.tensor(16), tensor([rows])];
      const untouched = [x, dout, before, between, numbers.tensor(16)];
      const bits = untouched.map((t) => bitsOf(t.data));
      kernels.logSoftmaxRows(out, x);
      kernels.rowSum(row, x);
      kernels.rowSumBackward(out, dout, true);
      assertEquals(untouched.map((t) => bitsOf(t.data)), bits);
    })));
});

Deno.test("logSoftmaxRows() stays finite for logits as large as 1000, and its exponentials sum to 1 within 1e-6", () => {
  scoped(() => {
    const [x, lp] = [new Numbers(5).tensor(64, 10), tensor([64, 10])];
    kernels.scale(x, x, 500);
    kernels.logSoftmaxRows(lp, x);
    assert(lp.data.every(Number.isFinite));
    for (let i = 0; i < 64; i++) {
      const sum = lp.data.subarray(i * 10, (i + 1) * 10).reduce((total, value) => total + Math.exp(value), 0);
      assert(Math.abs(sum - 1) < 1e-6);
    }
  });
});

Deno.test("nll() is Infinity where the label's probability is 0, and NaN where it is NaN", () => {
  scoped(() => {
    const [loss, labels] = [tensor([1]), fromArray([0, 1], [2], "uint8")];
    kernels.nll(loss, fromArray([-Infinity, 0, -1, 0], [2, 2]), labels, true);
    assertEquals(loss.data[0], Infinity);
    kernels.nll(loss, fromArray([0, 0, 0, NaN], [2, 2]), labels, true);
    assertEquals(loss.data[0], NaN);
  });
});
