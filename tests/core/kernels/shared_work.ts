/** Work of kernels that several threads share. */
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { scoped, type Tensor, tensor } from "../../../core/tensor/tensor.ts";
import { bitsOf, Numbers } from "./compare.ts";

/** What can be computed as often as one likes, and where the result is then. */
interface Work {
  out: Tensor;
  run(k: Kernels): void;
}

/** Kernels on shapes that seven threads share, and that are no multiples of a tile, a panel or a vector. */
const SHARED: Record<string, (numbers: Numbers) => Work> = {
  "forward product, by rows": (numbers) => forward(numbers, 301, 30, 785),
  "forward product, by columns": (numbers) => forward(numbers, 121, 517, 130),
  "forward product, by blocks of rows": (numbers) => forward(numbers, 9999, 10, 77),
  "gradient of a weight, by columns": (numbers) => {
    const [c, a, b] = [tensor([31, 785]), numbers.tensor(301, 31), numbers.tensor(301, 785)];
    return { out: c, run: (k) => k.gemmTn(c, a, b, false) };
  },
  "gradient of a weight, by rows": (numbers) => {
    const [c, a, b] = [tensor([801, 9]), numbers.tensor(1031, 801), numbers.tensor(1031, 9)];
    return { out: c, run: (k) => k.gemmTn(c, a, b, false) };
  },
  "gradient of an input": (numbers) => {
    const [c, a, b] = [tensor([331, 259]), numbers.tensor(331, 86), numbers.tensor(86, 259)];
    return { out: c, run: (k) => k.gemmNn(c, a, b, false) };
  },
  "exp()": (numbers) => {
    const [out, x] = [tensor([120_003]), numbers.wild(120_003)];
    return { out, run: (k) => k.exp(out, x) };
  },
  "reluBackward()": (numbers) => {
    const [dx, dout, x] = [tensor([450_003]), numbers.tensor(450_003), numbers.wild(450_003)];
    return { out: dx, run: (k) => k.reluBackward(dx, dout, x, false) };
  },
  // The last elements are computed by another formula, whatever the threads' ranges.
  "gelu()": (numbers) => {
    const [out, x] = [tensor([40_011]), numbers.wild(40_011)];
    return { out, run: (k) => k.gelu(out, x) };
  },
  "logSoftmaxRows()": (numbers) => {
    const [out, x] = [tensor([10_003, 11]), numbers.tensor(10_003, 11)];
    return { out, run: (k) => k.logSoftmaxRows(out, x) };
  },
  "sgdStep() with momentum": (numbers) => {
    const [p, g, velocity] = [tensor([450_003]), numbers.tensor(450_003), tensor([450_003])];
    const before = numbers.tensor(450_003);
    const options = { lr: 0.1, momentum: 0.9, dampening: 0.1, weight_decay: 0.01, nesterov: false };
    const run = (k: Kernels) => {
      k.copy(p, before);
      k.copy(velocity, before);
      k.sgdStep(p, g, velocity, options, false);
    };
    return { out: p, run };
  },
  "adamStep()": (numbers) => {
    const [p, m, v] = [1, 2, 3].map(() => tensor([450_003]));
    const [before, g, square] = [1, 2, 3].map(() => numbers.tensor(450_003));
    const options = { beta1: 0.9, beta2: 0.999, eps: 1e-8, decay: 0.01, shrink: 1, rate: 0.1, root: 0.5 };
    const run = (k: Kernels) => {
      k.copy(p, before);
      k.copy(m, before);
      k.mul(v, square, square);
      k.adamStep(p, g, m, v, options);
    };
    return { out: p, run };
  },
  "gatherTable()": (numbers) => {
    const [out, rows] = [tensor([601, 790]), numbers.integers("uint8", 256, 300, 790)];
    const [index, table] = [numbers.integers("int32", 300, 601), numbers.tensor(256)];
    return { out, run: (k) => k.gatherTable(out, rows, index, 0, table) };
  },
  "batchNorm() of planes": (numbers) => {
    const [out, x, weight, bias] = [
      tensor([30, 39, 301]),
      numbers.wild(30, 39, 301),
      numbers.tensor(39),
      numbers.tensor(39),
    ];
    const running = { mean: numbers.tensor(39), variance: numbers.tensor(39) };
    return { out, run: (k) => k.batchNorm(out, x, weight, bias, running, { eps: 1e-5, momentum: 0.1 }) };
  },
  "batchNormBackward() of rows": (numbers) => {
    const [dx, dout, x] = [tensor([301, 517]), numbers.tensor(301, 517), numbers.tensor(301, 517)];
    const [weight, to] = [numbers.tensor(517), { gradient: dx, accumulate: false }];
    return { out: dx, run: (k) => k.batchNormBackward(to, null, null, dout, x, weight, 1e-5) };
  },
  "conv2d()": (numbers) => {
    const [x, weight, bias] = [numbers.tensor(33, 3, 20, 21), numbers.tensor(7, 3, 5, 5), numbers.tensor(7)];
    const out = tensor([33, 7, 20, 21]);
    return { out, run: (k) => k.conv2d(out, x, weight, bias, { stride: 1, padding: 2 }) };
  },
  "conv2dWeightGradient()": (numbers) => {
    const [dw, dout, x] = [tensor([7, 3, 5, 5]), numbers.tensor(33, 7, 20, 21), numbers.tensor(33, 3, 20, 21)];
    return { out: dw, run: (k) => k.conv2dWeightGradient(dw, dout, x, { stride: 1, padding: 2 }, false) };
  },
  "conv2dInputGradient()": (numbers) => {
    const [dx, dout, weight] = [tensor([33, 9, 20, 21]), numbers.tensor(33, 7, 18, 19), numbers.tensor(7, 9, 3, 3)];
    return { out: dx, run: (k) => k.conv2dInputGradient(dx, dout, weight, { stride: 1, padding: 0 }, false) };
  },
  "channelSum()": (numbers) => {
    const [out, a] = [tensor([21]), numbers.tensor(61, 21, 9, 101)];
    return { out, run: (k) => k.channelSum(out, a, false) };
  },
  "maxPoolBackward()": (numbers) => {
    const [dx, dout, x] = [tensor([70, 7, 31, 30]), numbers.tensor(70, 7, 15, 15), numbers.wild(70, 7, 31, 30)];
    return { out: dx, run: (k) => k.maxPoolBackward(dx, dout, x, 2, false) };
  },
};

function forward(numbers: Numbers, m: number, n: number, depth: number): Work {
  const [c, a, b, bias] = [tensor([m, n]), numbers.tensor(m, depth), numbers.tensor(n, depth), numbers.tensor(n)];
  return { out: c, run: (k) => k.gemmNt(c, a, b, bias, false) };
}

/** The names of the kinds of work. */
export const WORK = Object.keys(SHARED);

/** Has `use` compute such work as often as it likes: what it is given returns the bits of the result. */
export function withWork(name: string, use: (bitsWith: (k: Kernels) => Int32Array) => void): void {
  scoped(() => {
    const { out, run } = SHARED[name](new Numbers(7));
    use((k) => {
      // What a thread leaves out must not be there from the time before.
      out.data.fill(NaN);
      run(k);
      return bitsOf(out.data);
    });
  });
}
