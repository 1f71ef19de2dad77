/**
 * The functions of tests/reference/torch_vectors.py with a choice of kernels: each draws the same inputs from torch's
 * generator, in the same order, and returns the outputs in the same order.
 */
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { adam as plainAdam } from "../../../core/optimizers/adam.ts";
import { adamw } from "../../../core/optimizers/adamw.ts";
import { makeClipping } from "../../../core/optimizers/clip_gradients.ts";
import { makeOptimizer } from "../../../core/optimizers/make_optimizer.ts";
import type { OptimizerDefinition } from "../../../core/optimizers/optimizer.ts";
import { rmsprop as rmspropOptimizer } from "../../../core/optimizers/rmsprop.ts";
import { wasmBackend } from "../../../core/tensor/backend.ts";
import { parameterOf } from "../../../core/tensor/parameter.ts";
import { manualBackward, manualForward } from "../../../core/model/manual.ts";
import { mean } from "../../../core/ops/reduce.ts";
import { Generator } from "../../../core/random/generator.ts";
import { fromArray, type Tensor, tensor } from "../../../core/tensor/tensor.ts";

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
  };
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

function relu(k: Kernels, draws: Draws, n: number): Tensor[] {
  const [x, g] = [draws.wild(n), draws.wild(n)];
  const [y, dx] = [tensor([n]), tensor([n])];
  k.relu(y, x);
  k.reluBackward(dx, g, x, false);
  return [y, dx];
}

/** The parameter after each of four steps. */
function trained(
  k: Kernels,
  draws: Draws,
  n: number,
  step: (p: Tensor, g: Tensor, isFirst: boolean) => void,
): Tensor[] {
  const p = draws.normal(n);
  return [0, 1, 2, 3].map((done) => {
    const [g, after] = [draws.normal(n), tensor([n])];
    k.scale(g, g, 4);
    step(p, g, done === 0);
    k.copy(after, p);
    return after;
  });
}

function sgd(k: Kernels, draws: Draws, ...shape: number[]): Tensor[] {
  const [n, lr, momentum, dampening, weight_decay, nesterov] = shape;
  const params = { lr, momentum, dampening, weight_decay, nesterov: nesterov === 1 };
  const velocity = momentum > 0 ? tensor([n]) : null;
  return trained(k, draws, n, (p, g, isFirst) => k.sgdStep(p, g, velocity, params, isFirst));
}

/** As `trained`, by a whole optimizer. */
function optimized(k: Kernels, draws: Draws, n: number, chosen: OptimizerDefinition, options: object): Tensor[] {
  const value = tensor([n]);
  const parameter = parameterOf("p", value);
  const params = chosen.params.parse({ name: chosen.name, ...options });
  const optimizer = makeOptimizer(chosen, params, [parameter], { ...wasmBackend, kernels: k });
  return trained(k, draws, n, (p, g, isFirst) => {
    if (isFirst) k.copy(value, p);
    k.copy(parameter.gradient, g);
    optimizer.step();
    k.copy(p, value);
  });
}

function adam(k: Kernels, draws: Draws, ...shape: number[]): Tensor[] {
  const [n, lr, beta1, weight_decay, isDecoupled] = shape;
  const options = { lr, betas: [beta1, 0.999], weight_decay };
  return optimized(k, draws, n, isDecoupled === 1 ? adamw : plainAdam, options);
}

function rmsprop(k: Kernels, draws: Draws, ...shape: number[]): Tensor[] {
  const [n, alpha, weight_decay, momentum, centered] = shape;
  return optimized(k, draws, n, rmspropOptimizer, { alpha, weight_decay, momentum, centered: centered === 1 });
}

function clip(k: Kernels, draws: Draws, sizes: number[], maxNorm: number): Tensor[] {
  const parameters = sizes.map((size, i) => parameterOf(`${i}`, tensor([size])));
  for (const { gradient } of parameters) k.copy(gradient, draws.normal(gradient.size));
  const norms = tensor([sizes.length]);
  parameters.forEach(({ gradient }, i) => {
    const norm = tensor([1]);
    k.norm(norm, gradient);
    norms.data[i] = norm.data[0];
  });
  const total = makeClipping(maxNorm, parameters, { ...wasmBackend, kernels: k })();
  return [norms, fromArray([total], [1]), ...parameters.map(({ gradient }) => gradient)];
}

/** The families of torch_vectors.json. */
export const FAMILIES: Record<string, Family> = {
  "linear": linear("normal"),
  "linear, special": linear("wild"),
  columnSum(k, draws, n, c) {
    const [a, out] = [draws.normal(n, c), tensor([c])];
    k.columnSum(out, a, false);
    return [out];
  },
  sum: sums,
  crossEntropy,
  "softmax, special": (k, draws, n, c) => softmax(k, draws.wild(n, c), draws.normal(n, c)),
  manual,
  exp: overPatterns("exp"),
  log: overPatterns("log"),
  relu,
  sgd,
  adam,
  rmsprop,
  clip,
  basic: (k, draws, n, lr) => trained(k, draws, n, (p, g) => k.addScaled(p, g, -lr)),
};
