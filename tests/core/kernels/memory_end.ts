/**
 * Run by a test in a process of its own, because a native kernel that reads too far ends it: runs every kernel with each of
 * its operands in turn at the end of the memory, and verifies that nothing changes but its targets.
 * Arguments: the library's name; how many bytes are left after the last operand, by default as many as the allocator leaves.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { F32, I32, Kernels, Operand, U8 } from "../../../core/kernels/kernels.ts";
import type { Stride } from "../../../core/kernels/convolution.ts";
import { allocate, buffer, mark, release } from "../../../core/kernels/memory.ts";
import { loadNative } from "../../../core/kernels/native.ts";
import { Numbers } from "./compare.ts";

/** All memory that the cases need. */
const ROOM = 600_000;
const ALIGNMENT = 64;

/** Three dimensions: every rest of a vector, tiles and panels with and without one, and a k beyond a block of products. */
const SIZES = [
  ...Array.from({ length: 40 }, (_, i) => [i + 1, 1, 1]),
  ...Array.from({ length: 35 }, (_, i) => [3, i + 1, 2]),
  ...Array.from({ length: 20 }, (_, i) => [2, 5, i + 1]),
  ...[[4, 8, 16], [5, 9, 17], [12, 16, 3], [13, 33, 5], [6, 64, 7], [2, 65, 66], [7, 3, 129], [1, 40, 260], [65, 9, 4]],
];

/** What a kernel is called with. */
type Call = { targets: Operand<unknown>[]; run: (k: Kernels) => void; usesFreeMemory?: boolean };

/** Makes operands; integers are less than `count`. */
interface Make {
  floats(...shape: number[]): F32;
  bytes(count: number, ...shape: number[]): U8;
  ints(count: number, ...shape: number[]): I32;
}

const SGD = { lr: 0.1, momentum: 0.9, dampening: 0.1, weight_decay: 0.01, nesterov: true };

const ADAM = { beta1: 0.9, beta2: 0.999, eps: 1e-8, decay: 0.01, shrink: 0.99, rate: 0.01, root: 0.1 };
const RMSPROP = { lr: 0.1, alpha: 0.99, eps: 1e-8, weight_decay: 0.01, momentum: 0.9 };

/** The side of an image: what a convolution needs besides its operands must have room, too. */
const side = (size: number) => Math.min(size, 20);

/** A call of each kernel for three dimensions; the targets are made first. */
const CALLS: Record<keyof Kernels, (make: Make, m: number, n: number, depth: number) => Call> = {
  gemmNt: ({ floats }, m, n, depth) =>
    call([floats(m, n)], [floats(m, depth), floats(n, depth), floats(n)], (k, [c], [a, b, bias]) => {
      k.gemmNt(c, a, b, bias, false);
    }),
  gemmTn: ({ floats }, m, n, depth) =>
    call([floats(m, n)], [floats(depth, m), floats(depth, n)], (k, [c], [a, b]) => k.gemmTn(c, a, b, false)),
  gemmNn: ({ floats }, m, n, depth) =>
    call([floats(m, n)], [floats(m, depth), floats(depth, n)], (k, [c], [a, b]) => k.gemmNn(c, a, b, false)),
  columnSum: ({ floats }, m, n, depth) =>
    call([floats(n)], [floats(m * depth, n)], (k, [out], [a]) => k.columnSum(out, a, m % 2 === 0)),
  relu: elementwise(1, (k, out, a) => k.relu(out, a)),
  reluBackward: elementwise(2, (k, out, a, b) => k.reluBackward(out, a, b, true)),
  exp: elementwise(1, (k, out, a) => k.exp(out, a)),
  log: elementwise(1, (k, out, a) => k.log(out, a)),
  logBackward: elementwise(2, (k, out, a, b) => k.logBackward(out, a, b, true)),
  add: elementwise(2, (k, out, a, b) => k.add(out, a, b)),
  sub: elementwise(2, (k, out, a, b) => k.sub(out, a, b)),
  mul: elementwise(2, (k, out, a, b) => k.mul(out, a, b)),
  div: elementwise(2, (k, out, a, b) => k.div(out, a, b)),
  scale: elementwise(1, (k, out, a) => k.scale(out, a, 0.3)),
  clamp: elementwise(1, (k, out, a) => k.clamp(out, a, -1, 1)),
  clampBackward: elementwise(2, (k, out, a, b) => k.clampBackward(out, a, b, -1, 1, true)),
  addNumber: elementwise(1, (k, out, a) => k.addNumber(out, a, 0.3)),
  addRow: ({ floats }, m, n, depth) =>
    call([floats(m * depth, n)], [floats(m * depth, n), floats(n)], (k, [out], [a, row]) => k.addRow(out, a, row)),
  addScaled: elementwise(1, (k, out, a) => k.addScaled(out, a, 0.3)),
  addProduct: elementwise(2, (k, out, a, b) => k.addProduct(out, a, b)),
  copy: elementwise(1, (k, out, a) => k.copy(out, a)),
  fill: elementwise(0, (k, out) => k.fill(out, 0.3)),
  tanh: elementwise(1, (k, out, a) => k.tanh(out, a)),
  tanhBackward: elementwise(2, (k, out, a, b) => k.tanhBackward(out, a, b, true)),
  sigmoid: elementwise(1, (k, out, a) => k.sigmoid(out, a)),
  sigmoidBackward: elementwise(2, (k, out, a, b) => k.sigmoidBackward(out, a, b, true)),
  leakyRelu: elementwise(1, (k, out, a) => k.leakyRelu(out, a, 0.1)),
  leakyReluBackward: elementwise(2, (k, out, a, b) => k.leakyReluBackward(out, a, b, 0.1, true)),
  gelu: elementwise(1, (k, out, a) => k.gelu(out, a)),
  geluBackward: elementwise(2, (k, out, a, b) => k.geluBackward(out, a, b, true)),
  conv2d: convolution(({ out, x, weight, bias }, form) => ({
    targets: [out],
    run: (k) => k.conv2d(out, x, weight, bias, form),
  })),
  conv2dWeightGradient: convolution(({ out, x, weight }, form) => ({
    targets: [weight],
    run: (k) => k.conv2dWeightGradient(weight, out, x, form, false),
  })),
  conv2dInputGradient: convolution(({ out, x, weight }, form) => ({
    targets: [x],
    run: (k) => k.conv2dInputGradient(x, out, weight, form, false),
  })),
  channelSum: ({ floats }, m, n, depth) =>
    call([floats(n)], [floats(m, n, depth)], (k, [out], [a]) => k.channelSum(out, a, false)),
  turn: ({ floats }, m, n, depth) =>
    call([floats(m, n * depth)], [floats(m, n * depth)], (k, [out], [x]) => k.turn(out, x, depth, false)),
  maxPool: pooling((k, pooled, x, _dx, kernel) => k.maxPool(pooled, x, kernel)),
  maxPoolBackward: pooling((k, pooled, x, dx, kernel) => k.maxPoolBackward(dx, pooled, x, kernel, false), true),
  averagePool: pooling((k, pooled, x, _dx, kernel) => k.averagePool(pooled, x, kernel)),
  averagePoolBackward: pooling((k, pooled, _x, dx, kernel) => k.averagePoolBackward(dx, pooled, kernel, false), true),
  softmaxRows: ({ floats }, m, n, depth) =>
    call([floats(m * depth, n)], [floats(m * depth, n)], (k, [out], [x]) => k.softmaxRows(out, x)),
  softmaxRowsBackward: ({ floats }, m, n, depth) => {
    const [rows, accumulate] = [m * depth, m % 2 === 0];
    return call([floats(rows, n)], [floats(rows, n), floats(rows, n)], (k, [dx], [dout, p]) => {
      k.softmaxRowsBackward(dx, dout, p, accumulate);
    });
  },
  pickLogLoss: ({ floats, bytes }, m, n, depth) => {
    const [loss, p, labels] = [floats(m * depth), floats(m * depth, n), bytes(Math.min(n, 256), m * depth)];
    return { targets: [loss], run: (k) => k.pickLogLoss(loss, p, labels, 0.1) };
  },
  pickLogLossBackward: ({ floats, bytes }, m, n, depth) => {
    const [dp, dRow, p] = [floats(m * depth, n), floats(m * depth), floats(m * depth, n)];
    const labels = bytes(Math.min(n, 256), m * depth);
    return { targets: [dp], run: (k) => k.pickLogLossBackward(dp, dRow, p, labels, 0.1, m % 2 === 0) };
  },
  logSoftmaxRows: ({ floats }, m, n, depth) =>
    call([floats(m * depth, n)], [floats(m * depth, n)], (k, [out], [x]) => k.logSoftmaxRows(out, x)),
  logSoftmaxRowsBackward: ({ floats }, m, n, depth) => {
    const [rows, accumulate] = [m * depth, m % 2 === 0];
    return call([floats(rows, n)], [floats(rows, n), floats(rows, n)], (k, [dx], [dout, lp]) => {
      k.logSoftmaxRowsBackward(dx, dout, lp, accumulate);
    });
  },
  nll: ({ floats, bytes }, m, n, depth) => {
    const [loss, lp, labels] = [floats(1), floats(m * depth, n), bytes(Math.min(n, 256), m * depth)];
    return { targets: [loss], run: (k) => k.nll(loss, lp, labels, m % 2 === 0) };
  },
  nllBackward: ({ floats, bytes }, m, n, depth) => {
    const [dlp, dout, labels] = [floats(m * depth, n), floats(1), bytes(Math.min(n, 256), m * depth)];
    return { targets: [dlp], run: (k) => k.nllBackward(dlp, dout, labels, true, m % 2 === 0) };
  },
  rowSum: ({ floats }, m, n, depth) =>
    call([floats(m * depth)], [floats(m * depth, n)], (k, [out], [a]) => k.rowSum(out, a)),
  rowSumBackward: ({ floats }, m, n, depth) =>
    call([floats(m * depth, n)], [floats(m * depth)], (k, [da], [dout]) => k.rowSumBackward(da, dout, m % 2 === 0)),
  sum: ({ floats }, m, n, depth) => call([floats(1)], [floats(m * n * depth)], (k, [out], [a]) => k.sum(out, a)),
  norm: ({ floats }, m, n, depth) => call([floats(1)], [floats(m * n * depth)], (k, [out], [a]) => k.norm(out, a)),
  adamStep: ({ floats }, m, n, depth) => {
    const [p, mean, square, g] = [1, 2, 3, 4].map(() => floats(m * n * depth));
    return { targets: [p, mean, square], run: (k) => k.adamStep(p, g, mean, square, ADAM) };
  },
  rmspropStep: ({ floats }, m, n, depth) => {
    const [p, square, mean, buffer, g] = [1, 2, 3, 4, 5].map(() => floats(m * n * depth));
    return { targets: [p, square, mean, buffer], run: (k) => k.rmspropStep(p, g, square, mean, buffer, RMSPROP) };
  },
  sgdStep: ({ floats }, m, n, depth) => {
    const size = m * n * depth;
    return call([floats(size), floats(size)], [floats(size)], (k, [p, v], [g]) => k.sgdStep(p, g, v, SGD, m === 1));
  },
  gatherTable: ({ floats, bytes, ints }, m, n, depth) => {
    const [out, rows, index, table] = [floats(m, n), bytes(256, depth, n), ints(depth, m + 3), floats(256)];
    return { targets: [out], run: (k) => k.gatherTable(out, rows, index, 3, table) };
  },
  gatherRows: ({ floats, ints }, m, n, depth) => {
    const [out, rows, index] = [floats(m, n), floats(depth, n), ints(depth, m + 3)];
    return { targets: [out], run: (k) => k.gatherRows(out, rows, index, 3) };
  },
  gatherLabels: ({ bytes, ints }, m, n, depth) => {
    const [out, labels, index] = [bytes(256, m * n), bytes(256, depth), ints(depth, m * n + 3)];
    return { targets: [out], run: (k) => k.gatherLabels(out, labels, index, 3) };
  },
  dropoutMask: ({ floats, ints }, m, n, depth) => {
    const [out, state] = [floats(m * n * depth), ints(625, 625)];
    return { targets: [out, state], run: (k) => k.dropoutMask(out, state, 0.3) };
  },
  batchNorm: ({ floats }, m, n, depth) => {
    const [out, mean, variance, x] = [floats(m, n, depth), floats(n), floats(n), floats(m, n, depth)];
    const [weight, bias, settings] = [floats(n), floats(n), { eps: 1e-5, momentum: 0.1 }];
    const run = (k: Kernels) => k.batchNorm(out, x, weight, bias, { mean, variance }, settings);
    return { targets: [out, mean, variance], run };
  },
  batchNormEvaluate: ({ floats }, m, n, depth) => {
    const [out, x] = [floats(m, n, depth), floats(m, n, depth)];
    const [weight, bias, mean, variance] = [0, 1, 2, 3].map(() => floats(n));
    return { targets: [out], run: (k) => k.batchNormEvaluate(out, x, weight, bias, mean, variance, 1e-5) };
  },
  batchNormBackward: ({ floats }, m, n, depth) => {
    const [dx, dWeight, dBias] = [floats(m, n, depth), floats(n), floats(n)];
    const [dout, x, weight] = [floats(m, n, depth), floats(m, n, depth), floats(n)];
    const [toX, toWeight, toBias] = [dx, dWeight, dBias].map((gradient) => ({ gradient, accumulate: m % 2 === 0 }));
    const run = (k: Kernels) => k.batchNormBackward(toX, toWeight, toBias, dout, x, weight, 1e-5);
    return { targets: [dx, dWeight, dBias], run };
  },
};

function call(targets: F32[], inputs: F32[], run: (k: Kernels, targets: F32[], inputs: F32[]) => void): Call {
  return { targets, run: (k) => run(k, targets, inputs) };
}

function elementwise(inputs: number, run: (k: Kernels, out: F32, a: F32, b: F32) => void) {
  return ({ floats }: Make, m: number, n: number, depth: number): Call => {
    const [out, a, b] = Array.from({ length: inputs + 1 }, () => floats(m * n * depth));
    return { targets: [out], run: (k) => run(k, out, a, b) };
  };
}

/** A call for images of about n × depth and a kernel of 3 × 3. */
function convolution(make: (operands: Record<"out" | "x" | "weight" | "bias", F32>, form: Stride) => Call) {
  return ({ floats }: Make, m: number, n: number, depth: number): Call => {
    const [channels, outputs, form] = [depth % 3 + 1, n % 8 + 1, { stride: m % 2 + 1, padding: 1 }];
    const sizes = [side(n), side(depth)].map((size) => Math.floor((size - 1) / form.stride) + 1);
    const operands = {
      out: floats(m, outputs, ...sizes),
      x: floats(m, channels, side(n), side(depth)),
      weight: floats(outputs, channels, 3, 3),
      bias: floats(outputs),
    };
    return { ...make(operands, form), usesFreeMemory: true };
  };
}

/** A call for images of n × depth, and windows of 1 × 1 to 3 × 3 as far as they fit. */
function pooling(run: (k: Kernels, pooled: F32, x: F32, dx: F32, kernel: number) => void, isBackward = false) {
  return ({ floats }: Make, m: number, n: number, depth: number): Call => {
    const kernel = Math.min(m % 3 + 1, n, depth);
    const pooled = floats(m, 2, Math.floor(n / kernel), Math.floor(depth / kernel));
    const [x, dx] = [floats(m, 2, n, depth), floats(m, 2, n, depth)];
    return { targets: [isBackward ? dx : pooled], run: (k) => run(k, pooled, x, dx, kernel) };
  };
}

/** How many bytes the allocator keeps free after the last block. */
function slackOfAllocator(): number {
  const [before, end] = [mark(), buffer().byteLength];
  let last = before;
  for (allocate(1); buffer().byteLength === end; allocate(1)) last = mark();
  release(before);
  return end - last;
}

/** Makes operands, of which the one with this number ends `slack` bytes before the memory does. */
function makeWith(last: number, slack: number): { make: Make; count: () => number } {
  let count = 0;
  const numbers = new Numbers(last);
  function operand<A extends Float32Array | Uint8Array | Int32Array>(
    array: { new (buffer: ArrayBuffer, at: number, size: number): A; readonly BYTES_PER_ELEMENT: number },
    shape: number[],
    next: () => number,
  ): Operand<A> {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    const bytes = Math.ceil(size * array.BYTES_PER_ELEMENT / ALIGNMENT) * ALIGNMENT;
    const ptr = count++ === last ? buffer().byteLength - slack - bytes : allocate(bytes);
    const data = new array(buffer(), ptr, size);
    for (let i = 0; i < size; i++) data[i] = next();
    return { shape, size, ptr, data };
  }
  const below = (limit: number) => () => numbers.below(limit);
  const make: Make = {
    floats: (...shape) => operand(Float32Array, shape, () => numbers.next() * 4 - 2),
    bytes: (limit, ...shape) => operand(Uint8Array, shape, below(limit)),
    ints: (limit, ...shape) => operand(Int32Array, shape, below(limit)),
  };
  return { make, count: () => count };
}

const [library, givenSlack] = Deno.args;
const { kernels } = await loadNative(join(import.meta.dirname!, "../../../core/kernels/built"), library);
const start = mark();
allocate(ROOM);
const end = mark();
release(start);
const slack = givenSlack === undefined ? slackOfAllocator() : Number(givenSlack);
// What is written where it does not belong shows.
for (let at = start; at < buffer().byteLength; at += 65536) {
  crypto.getRandomValues(new Uint8Array(buffer(), at, Math.min(65536, buffer().byteLength - at)));
}

for (const [name, callOf] of Object.entries(CALLS)) {
  for (const [m, n, depth] of SIZES) {
    let [last, operands] = [0, 1];
    for (; last < operands; last++) {
      const { make, count } = makeWith(last, slack);
      const { targets, run, usesFreeMemory } = callOf(make, m, n, depth);
      operands = count();
      const [before, free] = [buffer().slice(0), mark()];
      run(kernels);
      if (usesFreeMemory) new Uint8Array(buffer(), free, end - free).set(new Uint8Array(before, free, end - free));
      for (const { ptr, data } of targets as Operand<Uint8Array>[]) {
        new Uint8Array(buffer(), ptr, data.byteLength).set(new Uint8Array(before, ptr, data.byteLength));
      }
      if (Buffer.compare(Buffer.from(before), Buffer.from(buffer())) !== 0) {
        throw new Error(`${name} with ${m}, ${n}, ${depth} changes something besides its targets.`);
      }
      release(start);
    }
  }
}
console.log(`${Object.keys(CALLS).length} kernels`);
