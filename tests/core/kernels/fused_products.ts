/** Compares products of the wide kernels with the plain twins for many shapes, and prints how many have the same bits. */
import { plain } from "../../../core/kernels/plain.ts";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { wide } from "../../../core/kernels/wide.ts";
import { scoped, type Tensor } from "../../../core/tensor/tensor.ts";
import { bitsOf, Numbers } from "./compare.ts";

const CASES = 200;

/** Makes an operand. */
type Make = (...shape: number[]) => Tensor;

const PRODUCTS: ((k: Kernels, make: Make, m: number, n: number, depth: number) => ArrayLike<number>)[] = [
  (k, make, m, n, depth) => {
    const [c, a, b, bias] = [[m, n], [m, depth], [n, depth], [n]].map((shape) => make(...shape));
    k.gemmNt(c, a, b, bias, false);
    return c.data;
  },
  (k, make, m, n, depth) => {
    const [c, a, b] = [[m, n], [depth, m], [depth, n]].map((shape) => make(...shape));
    k.gemmTn(c, a, b, false);
    return c.data;
  },
  (k, make, m, n, depth) => {
    const [c, a, b] = [[m, n], [m, depth], [depth, n]].map((shape) => make(...shape));
    k.gemmNn(c, a, b, false);
    return c.data;
  },
];

const shapes = new Numbers(2026);
let same = 0;
for (let seed = 0; seed < CASES; seed++) {
  const [m, n, depth] = [8 + shapes.below(20), 9 + shapes.below(30), 16 + shapes.below(seed % 10 === 0 ? 900 : 90)];
  for (const product of PRODUCTS) {
    const [found, expected] = [wide, plain].map((k) =>
      scoped(() => {
        const numbers = new Numbers(seed);
        // A long sum of wild numbers is nearly always NaN, so most cases have none.
        const make: Make = (...shape) => seed % 4 === 0 ? numbers.wild(...shape) : numbers.tensor(...shape);
        return bitsOf(product(k, make, m, n, depth)).join();
      })
    );
    if (found === expected) same++;
  }
}
console.log(`${same} of ${CASES * PRODUCTS.length} products have the twins' bits.`);
