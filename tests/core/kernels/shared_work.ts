/** Work of kernels that several threads share. */
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { scoped, type Tensor, tensor } from "../../../core/tensor/tensor.ts";
import { bitsOf, Numbers } from "./compare.ts";

/** Kernels on shapes that threads share, and that are no multiples of a tile, a panel or a vector. */
const SHARED: Record<string, (k: Kernels, numbers: Numbers) => Tensor> = {
  "forward product, by rows": (k, numbers) => product(k, numbers, 131, 30, 785),
  "forward product, by columns": (k, numbers) => product(k, numbers, 61, 517, 130),
  "forward product, by blocks of rows": (k, numbers) => product(k, numbers, 1999, 10, 77),
  "gradient of a weight, by columns": (k, numbers) => {
    const c = tensor([31, 785]);
    k.gemmTn(c, numbers.tensor(67, 31), numbers.tensor(67, 785), false);
    return c;
  },
  "gradient of a weight, by rows": (k, numbers) => {
    const c = tensor([601, 9]);
    k.gemmTn(c, numbers.tensor(131, 601), numbers.tensor(131, 9), false);
    return c;
  },
  "gradient of an input": (k, numbers) => {
    const c = tensor([131, 259]);
    k.gemmNn(c, numbers.tensor(131, 66), numbers.tensor(66, 259), false);
    return c;
  },
  "exp()": (k, numbers) => {
    const x = numbers.wild(50_003);
    k.exp(x, x);
    return x;
  },
  "reluBackward(), added": (k, numbers) => {
    const dx = numbers.tensor(70_001);
    k.reluBackward(dx, numbers.tensor(70_001), numbers.wild(70_001), true);
    return dx;
  },
  "sgdStep() with momentum": (k, numbers) => {
    const [p, velocity] = [numbers.tensor(70_001), numbers.tensor(70_001)];
    const options = { lr: 0.1, momentum: 0.9, dampening: 0.1, weight_decay: 0.01, nesterov: false };
    k.sgdStep(p, numbers.tensor(70_001), velocity, options, false);
    return p;
  },
  "gatherTable()": (k, numbers) => {
    const [out, rows] = [tensor([201, 790]), numbers.integers("uint8", 256, 300, 790)];
    k.gatherTable(out, rows, numbers.integers("int32", 300, 201), 0, numbers.tensor(256));
    return out;
  },
};

function product(k: Kernels, numbers: Numbers, m: number, n: number, depth: number): Tensor {
  const c = tensor([m, n]);
  k.gemmNt(c, numbers.tensor(m, depth), numbers.tensor(n, depth), numbers.tensor(n), false);
  return c;
}

/** The names of the kinds of work. */
export const WORK = Object.keys(SHARED);

/** The bits of the results of such work. */
export function bitsOfWork(k: Kernels, name: string): Int32Array {
  return scoped(() => bitsOf(SHARED[name](k, new Numbers(7)).data));
}
