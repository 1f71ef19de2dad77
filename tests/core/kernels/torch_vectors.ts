/**
 * The functions of tests/reference/torch_vectors.py with a choice of kernels: each draws the same inputs from torch's
 * generator, in the same order, and returns the outputs in the same order.
 */
import { Tape } from "../../../core/autograd/tape.ts";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { next32 } from "../../../core/kernels/plain_draws.ts";
import { conv2dOp } from "../../../core/layers/conv2d.ts";
import { crossEntropyLogits } from "../../../core/losses/cross_entropy_logits.ts";
import { nll } from "../../../core/losses/nll.ts";
import { manualBackward, manualForward } from "../../../core/model/manual.ts";
import { mean } from "../../../core/ops/reduce.ts";
import { Generator } from "../../../core/random/generator.ts";
import { wasmBackend } from "../../../core/tensor/backend.ts";
import { parameterOf } from "../../../core/tensor/parameter.ts";
import { fromArray, scoped, type Tensor, tensor } from "../../../core/tensor/tensor.ts";
import { OPTIMIZED } from "./torch_optimizers.ts";

/** Computes the outputs of one case. */
// deno-lint-ignore no-explicit-any -- numbers, or lists of them
type Family = (k: Kernels, draws: Draws, ...shape: any[]) => Tensor[];

// deno-fmt-ignore
const SPECIAL = [
  0, -0, 1, -1, Infinity, -Infinity, NaN, 1e-45, -1e-40, 3.4e38, 2 ** -126, 88, -87, -103.9, -104.1, 100,
];

/** Inputs from one generator, one after the other. */
export class Draws {
  readonly #generator: Generator;

  constructor(seed: number) {
    this.#generator = new Generator(seed);
  }

  normal(...shape: number[]): Tensor {
    const out = tensor(shape);
    this.#generator.randn(out.data);
    return out;
  }

  /** The state of the generator after so many more draws. */
  stateAfter(draws: number): Int32Array {
    this.#generator.skip(draws);
    return this.#generator.state();
  }

  /** Standard normal numbers, one in eight replaced by a special one. */
  wild(...shape: number[]): Tensor {
    const [out, choice] = [this.normal(...shape), tensor(shape)];
    this.#generator.rand(choice.data);
    choice.data.forEach((u, i) => {
      if (u < 1 / 8) out.data[i] = SPECIAL[Math.floor(u * 128)];
    });
    return out;
  }
}

const linear = (draw: "normal" | "wild"): Family => (k, draws, n, inputs, outputs) => {
  const [x, w] = [draws[draw](n, inputs), draws[draw](outputs, inputs)];
  const [b, g] = [draws[draw](outputs), draws[draw](n, outputs)];
  const [y, unbiased, dx, dw, db] = [
    tensor(g.shape),
    tensor(g.shape),
    tensor(x.shape),
    tensor(w.shape),
    tensor(b.shape),
  ];
  k.gemmNt(y, x, w, b, false);
  k.gemmNt(unbiased, x, w, null, false);
  k.gemmNn(dx, g, w, false);
  k.gemmTn(dw, g, x, false);
  k.columnSum(db, g, false);
  return [y, unbiased, dx, dw, db];
};

const convolution = (draw: "normal" | "wild"): Family => (k, draws, ...shape) => {
  const [n, c, h, w, o, kernel, stride, padding] = shape;
  const [x, weight, bias] = [draws[draw](n, c, h, w), draws[draw](o, c, kernel, kernel), draws[draw](o)];
  const form = { stride, padding };
  const g = draws[draw](...conv2dOp.shape([x.shape, weight.shape], form));
  const [y, unbiased, dx, dw, db] = [g, g, x, weight, bias].map((like) => tensor(like.shape));
  k.conv2d(y, x, weight, bias, form);
  k.conv2d(unbiased, x, weight, null, form);
  k.conv2dInputGradient(dx, g, weight, form, false);
  k.conv2dWeightGradient(dw, g, x, form, false);
  k.channelSum(db, g, false);
  return [y, unbiased, dx, dw, db];
};

function pooling(k: Kernels, draws: Draws, ...shape: number[]): Tensor[] {
  const [n, c, h, w, kernel] = shape;
  const pooled = [n, c, Math.floor(h / kernel), Math.floor(w / kernel)];
  const drawn = () => [draws.wild(n, c, h, w), draws.wild(...pooled), tensor(pooled), tensor([n, c, h, w])];
  const [[x, g, most, dMost], [z, dz, average, dAverage]] = [drawn(), drawn()];
  k.maxPool(most, x, kernel);
  k.maxPoolBackward(dMost, g, x, kernel, false);
  k.averagePool(average, z, kernel);
  k.averagePoolBackward(dAverage, dz, kernel, false);
  return [most, dMost, average, dAverage];
}

function sums(k: Kernels, draws: Draws, n: number): Tensor[] {
  const x = draws.normal(n);
  const [sum, average] = [tensor([1]), tensor([1])];
  k.sum(sum, x);
  mean.forward(k, average, [x], {});
  return [sum, average, ...[1, 3].map((factor) => meanGradient(k, x, factor))];
}

function meanGradient(k: Kernels, x: Tensor, factor: number): Tensor {
  const gradient = tensor(x.shape);
  const dout = fromArray([factor], [1]);
  mean.backward(k, dout, dout, [x], [{ gradient, accumulate: false }], {});
  return gradient;
}

function softmax(k: Kernels, x: Tensor, g: Tensor): Tensor[] {
  const [p, dx] = [tensor(x.shape), tensor(x.shape)];
  k.softmaxRows(p, x);
  k.softmaxRowsBackward(dx, g, p, false);
  return [p, dx];
}

const labelsOf = (n: number, c: number) =>
  fromArray(Array.from({ length: n }, (_, i) => i * 7 % Math.min(c, 256)), [n], "uint8");

function crossEntropy(k: Kernels, draws: Draws, n: number, c: number, scale: number): Tensor[] {
  const [logits, g] = [draws.normal(n, c), draws.normal(n, c)];
  k.scale(logits, logits, scale);
  const labels = labelsOf(n, c);
  const outputs = softmax(k, logits, g);
  for (const reduction of ["sum", "mean"]) {
    for (const clamp of [0, 1e-10, 0.01]) {
      const [rows, loss, dp, dx] = [tensor([n]), tensor([1]), tensor([n, c]), tensor([n, c])];
      k.pickLogLoss(rows, outputs[0], labels, clamp);
      k.sum(loss, rows);
      if (reduction === "mean") mean.forward(k, loss, [rows], {});
      const dRow = reduction === "mean" ? meanGradient(k, rows, 1) : fromArray(new Float32Array(n).fill(1), [n]);
      k.pickLogLossBackward(dp, dRow, outputs[0], labels, clamp, false);
      k.softmaxRowsBackward(dx, dp, outputs[0], false);
      outputs.push(loss, dp, dx);
    }
  }
  return outputs;
}

function manual(kernels: Kernels, draws: Draws, n: number, k: number, m: number): Tensor[] {
  const step = {
    x: draws.normal(n, k),
    labels: labelsOf(n, m),
    weight: draws.normal(m, k),
    bias: draws.normal(m),
    probabilities: tensor([n, m]),
    logitsGradient: tensor([n, m]),
    weightGradient: tensor([m, k]),
    biasGradient: tensor([m]),
    rowsPerWeight: tensor([m, k]),
  };
  step.rowsPerWeight.data.fill(n);
  manualForward(kernels, step);
  manualBackward(kernels, step);
  return [step.probabilities, step.weightGradient, step.biasGradient];
}

/** Every 1999th of the 2^28 bit patterns whose first four bits are `block`. */
function patterns(block: number): Tensor {
  const bits = Uint32Array.from({ length: Math.ceil(2 ** 28 / 1999) }, (_, i) => block * 2 ** 28 + i * 1999);
  return fromArray(new Float32Array(bits.buffer), [bits.length]);
}

const overPatterns = (name: "exp" | "log"): Family => (k, _, block) => {
  const x = patterns(block);
  k[name](x, x);
  return [x];
};

/** tanh, sigmoid and gelu, each with its gradient. */
function curves(k: Kernels, x: Tensor, g: Tensor): Tensor[] {
  return (["tanh", "sigmoid", "gelu"] as const).flatMap((name) => {
    const [y, dx] = [tensor(x.shape), tensor(x.shape)];
    k[name](y, x);
    k[`${name}Backward`](dx, g, name === "gelu" ? x : y, false);
    return [y, dx];
  });
}

function activation(k: Kernels, draws: Draws, n: number, scale: number): Tensor[] {
  const [x, g, y, dx] = [draws.wild(n), draws.wild(n), tensor([n]), tensor([n])];
  k.scale(x, x, scale);
  k.leakyRelu(y, x, 0.01 * scale);
  k.leakyReluBackward(dx, g, y, 0.01 * scale, false);
  return [...curves(k, x, g), y, dx];
}

const onesLike = ({ shape, size }: Tensor) => fromArray(new Float32Array(size).fill(1), shape);

/** The functions of every tenth pattern, 15 at a time, so that none is computed by vectors. */
function tails(k: Kernels, block: number): Tensor[] {
  const values = patterns(block).data.filter((_, i) => i % 10 === 0);
  const parts: Float32Array[][] = [];
  for (let i = 0; i < values.length; i += 15) {
    const some = values.slice(i, i + 15);
    parts.push(scoped(() => {
      const x = fromArray(some, [some.length]);
      return curves(k, x, onesLike(x)).map(({ data }) => data.slice());
    }));
  }
  return parts[0].map((_, at) => fromArray(parts.flatMap((part) => [...part[at]]), [values.length]));
}

function logSoftmax(k: Kernels, x: Tensor, g: Tensor): Tensor[] {
  const [l, dx] = [tensor(x.shape), tensor(x.shape)];
  k.logSoftmaxRows(l, x);
  k.logSoftmaxRowsBackward(dx, g, l, false);
  return [l, dx];
}

function fromLogits(k: Kernels, draws: Draws, n: number, c: number, scale: number): Tensor[] {
  const [logits, g] = [draws.normal(n, c), draws.normal(n, c)];
  k.scale(logits, logits, scale);
  const outputs = logSoftmax(k, logits, g);
  for (const reduction of ["sum", "mean"]) {
    for (const label_smoothing of [null, 0.1, 1]) {
      const tape = new Tape({ ...wasmBackend, kernels: k });
      const x = parameterOf("x", logits);
      const definition = label_smoothing === null ? nll : crossEntropyLogits;
      const loss = definition.record!(tape, tape.parameter(x), labelsOf(n, c), { reduction, label_smoothing });
      tape.backward(loss);
      outputs.push(loss.value, x.gradient);
    }
  }
  return outputs;
}

function relu(k: Kernels, draws: Draws, n: number): Tensor[] {
  const [x, g] = [draws.wild(n), draws.wild(n)];
  const [y, dx] = [tensor([n]), tensor([n])];
  k.relu(y, x);
  k.reluBackward(dx, g, x, false);
  return [y, dx];
}

/** Masks after some draws from the generator, and what it draws next. */
function dropout(k: Kernels, draws: Draws, ...[n, p, before]: number[]): Tensor[] {
  const state = fromArray(draws.stateAfter(before), [625], "int32");
  const masks = [tensor([n]), tensor([n])];
  for (const mask of masks) k.dropoutMask(mask, state, p);
  const next = Float32Array.from({ length: 3 }, () => (next32(state.data) & 0xffffff) / 0x1000000);
  return [...masks, fromArray(next, [3])];
}

const batchNorm = (draw: "normal" | "wild"): Family => (k, draws, n, c, plane, offset) => {
  const shape = plane === 0 ? [n, c] : [n, c, plane, 1];
  const x = draws[draw](...shape);
  x.data.forEach((value, i) => x.data[i] = Math.fround(value * 2) + offset);
  const [weight, bias, g] = [draws[draw](c), draws[draw](c), draws[draw](...shape)];
  const [eps, momentum] = n % 2 === 1 ? [1e-5, 0.1] : [1e-3, 0.3];
  const running = { mean: tensor([c]), variance: fromArray(new Float32Array(c).fill(1), [c]) };
  const outputs = [0, 1].flatMap(() => {
    const [out, mean, variance] = [tensor(shape), tensor([c]), tensor([c])];
    k.batchNorm(out, x, weight, bias, running, { eps, momentum });
    k.copy(mean, running.mean);
    k.copy(variance, running.variance);
    return [out, mean, variance];
  });
  const [dx, dWeight, dBias, evaluated] = [tensor(shape), tensor([c]), tensor([c]), tensor(shape)];
  const [toX, toWeight, toBias] = [dx, dWeight, dBias].map((gradient) => ({ gradient, accumulate: false }));
  k.batchNormBackward(toX, toWeight, toBias, g, x, weight, eps);
  k.batchNormEvaluate(evaluated, x, weight, bias, running.mean, running.variance, eps);
  return [...outputs, dx, dWeight, dBias, evaluated];
};

/** The families of torch_vectors.json. */
export const FAMILIES: Record<string, Family> = {
  "linear": linear("normal"),
  "linear, special": linear("wild"),
  "convolution": convolution("normal"),
  "convolution, special": convolution("wild"),
  "pooling, special": pooling,
  columnSum(k, draws, n, c) {
    const [a, out] = [draws.normal(n, c), tensor([c])];
    k.columnSum(out, a, false);
    return [out];
  },
  sum: sums,
  crossEntropy,
  "softmax, special": (k, draws, n, c) => softmax(k, draws.wild(n, c), draws.normal(n, c)),
  fromLogits,
  "logSoftmax, special": (k, draws, n, c) => logSoftmax(k, draws.wild(n, c), draws.wild(n, c)),
  activation,
  "activation, patterns": (k, _, block) => curves(k, patterns(block), onesLike(patterns(block))),
  "activation, tails": (k, _, block) => tails(k, block),
  manual,
  exp: overPatterns("exp"),
  log: overPatterns("log"),
  relu,
  dropout,
  batchNorm: batchNorm("normal"),
  "batchNorm, special": batchNorm("wild"),
  ...OPTIMIZED,
};
