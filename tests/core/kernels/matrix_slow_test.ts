import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { wasm as kernels } from "../../../core/kernels/wasm.ts";
import { plain } from "../../../core/kernels/plain.ts";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { scoped, tensor } from "../../../core/tensor/tensor.ts";
import { assertSameBits, bitsOf, Numbers } from "./compare.ts";

const FLOAT32_ROUNDING = 2 ** -24;

/** Shapes with every kind of edge: tiles have 2 to 8 rows and 4 to 16 columns, and go 64 products deep. */
const shapes = fc.record({
  seed: fc.integer(),
  m: fc.integer({ min: 1, max: 17 }),
  n: fc.oneof(fc.integer({ min: 1, max: 21 }), fc.integer({ min: 29, max: 35 })),
  k: fc.oneof(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 16, max: 80 }),
    fc.integer({ min: 110, max: 140 }),
    fc.integer({ min: 385, max: 400 }),
  ),
  accumulate: fc.boolean(),
});
/** Shapes of the MNIST models, and some that the kernels split into several blocks of rows, of columns or of k. */
const jobShapes: [number, number, number][] = [
  [170, 11, 784],
  [327, 18, 130],
  [6, 512, 70],
  [512, 17, 70],
  [9, 6, 40000],
  [64, 30, 784],
  [30, 784, 64],
  [32, 784, 30],
  [1, 30, 784],
  [64, 10, 30],
  [10, 30, 256],
];

interface Product {
  name: "gemmNt" | "gemmTn" | "gemmNn";
  a(m: number, k: number): [number, number];
  b(n: number, k: number): [number, number];
  /** The indices of a(m, k) and b(k, n). */
  aAt(m: number, k: number, M: number, K: number): number;
  bAt(k: number, n: number, K: number, N: number): number;
  run(k: Kernels, ...operands: Parameters<Kernels["gemmTn"]>): void;
}
const products: Product[] = [{
  name: "gemmNt",
  a: (m, k) => [m, k],
  b: (n, k) => [n, k],
  aAt: (m, k, _M, K) => m * K + k,
  bAt: (k, n, K) => n * K + k,
  run: (k, c, a, b, accumulate) => k.gemmNt(c, a, b, null, accumulate),
}, {
  name: "gemmTn",
  a: (m, k) => [k, m],
  b: (n, k) => [k, n],
  aAt: (m, k, M) => k * M + m,
  bAt: (k, n, _K, N) => k * N + n,
  run: (k, ...operands) => k.gemmTn(...operands),
}, {
  name: "gemmNn",
  a: (m, k) => [m, k],
  b: (n, k) => [k, n],
  aAt: (m, k, _M, K) => m * K + k,
  bAt: (k, n, _K, N) => k * N + n,
  run: (k, ...operands) => k.gemmNn(...operands),
}];

for (const product of products) {
  // A long sum of wild numbers is nearly always NaN, so it does not depend on its order.
  const compare = (seed: number, m: number, n: number, k: number, accumulate: boolean, isWild: boolean) =>
    assertSameBits(seed, (which, numbers) => {
      const make = (...shape: number[]) => isWild ? numbers.wild(...shape) : numbers.tensor(...shape);
      const [c, a, b] = [make(m, n), make(...product.a(m, k)), make(...product.b(n, k))];
      product.run(which, c, a, b, accumulate);
      return c;
    });

  Deno.test(`${product.name}() has the plain twin's bits for any shape`, () => {
    fc.assert(fc.property(shapes, fc.boolean(), ({ seed, m, n, k, accumulate }, isWild) => {
      compare(seed, m, n, k, accumulate, isWild);
    }));
  });

  Deno.test(`${product.name}() has the plain twin's bits for the shapes of the MNIST models, and for large ones`, () => {
    for (const [m, n, k] of jobShapes) {
      for (const isWild of [false, true]) compare(m + n + k, m, n, k, false, isWild);
    }
  });

  Deno.test(`${product.name}() is within K * 2^-24 * Σ|a||b| of the exact product`, () => {
    fc.assert(fc.property(shapes, ({ seed, m, n, k }) =>
      scoped(() => {
        const numbers = new Numbers(seed);
        const [a, b] = [numbers.tensor(...product.a(m, k)), numbers.tensor(...product.b(n, k))];
        const c = tensor([m, n]);
        product.run(kernels, c, a, b, false);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let exact = 0, size = 0;
            for (let t = 0; t < k; t++) {
              const term = a.data[product.aAt(i, t, m, k)] * b.data[product.bAt(t, j, k, n)];
              exact += term;
              size += Math.abs(term);
            }
            assert(Math.abs(c.data[i * n + j] - exact) <= k * FLOAT32_ROUNDING * size);
          }
        }
      })));
  });

  Deno.test(`${product.name}() writes nothing outside its target`, () => {
    fc.assert(fc.property(shapes, ({ seed, m, n, k, accumulate }) =>
      scoped(() => {
        const numbers = new Numbers(seed);
        const [a, b] = [numbers.tensor(...product.a(m, k)), numbers.tensor(...product.b(n, k))];
        const [before, c, after] = [numbers.tensor(16), numbers.tensor(m, n), numbers.tensor(16)];
        const operands = [a, b, before, after];
        const untouched = operands.map((t) => bitsOf(t.data));
        product.run(kernels, c, a, b, accumulate);
        assertEquals(operands.map((t) => bitsOf(t.data)), untouched);
      })));
  });
}

for (const product of products) {
  Deno.test(`${product.name}() has the plain twin's bits where products are denormal, sums cancel, and numbers are huge`, () => {
    const sizes = fc.record({
      seed: fc.integer(),
      m: fc.integer({ min: 1, max: 13 }),
      n: fc.constantFrom(16, 31, 64, 130, 270),
      k: fc.integer({ min: 1, max: 70 }),
    });
    fc.assert(
      fc.property(sizes, ({ seed, m, n, k }) =>
        assertSameBits(seed, (which, numbers) => {
          const [c, a, b] = [tensor([m, n]), tensor(product.a(m, k)), tensor(product.b(n, k))];
          const [strange, largest] = [numbers.wild(256).data, 2 ** numbers.below(60)];
          const isStrange = () => numbers.below(400) === 0;
          /** Of any size between two powers of two. */
          const between = (low: number, high: number) =>
            (numbers.next() - 0.5) * 2 ** (low + 2 + Math.floor(numbers.next() * (high - low)));
          for (let t = 0; t < k; t++) {
            // The product before it with the other sign.
            const cancels = t > 0 && numbers.below(3) === 0;
            for (let i = 0; i < m; i++) {
              const number = numbers.below(8) === 0 ? 0 : isStrange() ? strange[t] : between(-149, 0);
              a.data[product.aAt(i, t, m, k)] = cancels ? -a.data[product.aAt(i, t - 1, m, k)] : number;
            }
            for (let j = 0; j < n; j++) {
              const number = isStrange() ? strange[t + 70] : largest * between(numbers.below(2) === 0 ? -3 : -60, 0);
              b.data[product.bAt(t, j, k, n)] = cancels ? b.data[product.bAt(t - 1, j, k, n)] : number;
            }
          }
          product.run(which, c, a, b, false);
          return c;
        })),
      { numRuns: 200 },
    );
  });
}

Deno.test("products have the plain twin's bits where rows of b share the sets of a cache, and are copied further apart", () => {
  for (const [m, n, k] of [[101, 512, 70], [96, 1024, 65], [88, 2048, 3]]) {
    for (const product of products) {
      assertSameBits(m + n, (which, numbers) => {
        const [c, a, b] = [tensor([m, n]), numbers.tensor(...product.a(m, k)), numbers.tensor(...product.b(n, k))];
        product.run(which, c, a, b, false);
        return c;
      });
    }
  }
});

Deno.test("gemmNt() has the plain twin's bits when it adds a bias", () => {
  fc.assert(fc.property(shapes, ({ seed, m, n, k, accumulate }) =>
    assertSameBits(seed, (which, numbers) => {
      const [c, a, b, bias] = [numbers.wild(m, n), numbers.tensor(m, k), numbers.wild(n, k), numbers.wild(n)];
      which.gemmNt(c, a, b, bias, accumulate);
      return c;
    })));
});

Deno.test("gemmNt() computes the same bits for a row in a batch of any size", () => {
  scoped(() => {
    const numbers = new Numbers(1);
    const [a, b, bias] = [numbers.tensor(7, 784), numbers.tensor(30, 784), numbers.tensor(30)];
    const [all, one, row] = [tensor([7, 30]), tensor([1, 30]), tensor([1, 784])];
    kernels.gemmNt(all, a, b, bias, false);
    for (let i = 0; i < 7; i++) {
      row.data.set(a.data.subarray(i * 784, (i + 1) * 784));
      kernels.gemmNt(one, row, b, bias, false);
      assertEquals(bitsOf(one.data), bitsOf(all.data.subarray(i * 30, (i + 1) * 30)));
    }
  });
});

Deno.test("gemmTn() adds the complete product to the target with one rounding when accumulating", () => {
  for (const k of [plain, kernels]) {
    scoped(() => {
      // Added to 2^24 one by one, each 1 would be lost; their sum, 80, is not.
      const [c, a, b] = [tensor([1, 1]), tensor([80, 1]), tensor([80, 1])];
      for (const t of [a, b]) t.data.fill(1);
      c.data[0] = 2 ** 24;
      k.gemmTn(c, a, b, true);
      assertEquals(c.data[0], 2 ** 24 + 80);
    });
  }
});

Deno.test("gemmNn() frees its temporary memory when accumulating", () => {
  scoped(() => {
    const [c, a, b] = [tensor([40, 40]), tensor([40, 30]), tensor([30, 40])];
    const before = tensor([1]).ptr;
    kernels.gemmNn(c, a, b, true);
    assertEquals(tensor([1]).ptr - before, 64);
  });
});

Deno.test("columnSum() has the plain twin's bits for any shape", () => {
  fc.assert(fc.property(shapes, ({ seed, k, n, accumulate }) =>
    assertSameBits(seed, (which, numbers) => {
      const [out, a] = [numbers.tensor(n), numbers.wild(k, n)];
      which.columnSum(out, a, accumulate);
      return out;
    })));
});
