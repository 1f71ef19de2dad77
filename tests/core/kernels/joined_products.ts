/** Products of the wide kernels beside their plain twins, over many shapes: prints how many were the same bits. */
import { plain } from "../../../core/kernels/plain.ts";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { wide } from "../../../core/kernels/wide.ts";
import { scoped } from "../../../core/tensor.ts";
import { bitsOf, Numbers } from "./compare.ts";

const CASES = 200;

const PRODUCTS: ((k: Kernels, numbers: Numbers, m: number, n: number, depth: number) => ArrayLike<number>)[] = [
  (k, numbers, m, n, depth) => {
    const [c, a, b, bias] = [[m, n], [m, depth], [n, depth], [n]].map((shape) => numbers.wild(...shape));
    k.gemmNt(c, a, b, bias, false);
    return c.data;
  },
  (k, numbers, m, n, depth) => {
    const [p, a, b, scratch] = [[m, n], [depth, m], [depth, n], [m, n]].map((shape) => numbers.wild(...shape));
    k.descendTn(p, a, b, 0.5, scratch);
    return p.data;
  },
  (k, numbers, m, n, depth) => {
    const [c, a, b] = [[m, n], [m, depth], [depth, n]].map((shape) => numbers.wild(...shape));
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
      scoped(() => bitsOf(product(k, new Numbers(seed), m, n, depth)).join())
    );
    if (found === expected) same++;
  }
}
console.log(`${same} of ${CASES * PRODUCTS.length} products have the twins' bits.`);
