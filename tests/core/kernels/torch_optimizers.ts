/** The families of torch_vectors.ts for optimizers, and for what scales their gradients. */
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { adam, adamw } from "../../../core/optimizers/adam.ts";
import { makeClipping } from "../../../core/optimizers/clip_gradients.ts";
import { makeOptimizer } from "../../../core/optimizers/make_optimizer.ts";
import type { OptimizerDefinition } from "../../../core/optimizers/optimizer.ts";
import { rmsprop } from "../../../core/optimizers/rmsprop.ts";
import { wasmBackend } from "../../../core/tensor/backend.ts";
import { parameterOf } from "../../../core/tensor/parameter.ts";
import { fromArray, type Tensor, tensor } from "../../../core/tensor/tensor.ts";

/** Draws standard normal numbers. */
interface Normal {
  normal(...shape: number[]): Tensor;
}

/** The parameter after each of four steps. */
function trained(
  k: Kernels,
  draws: Normal,
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

function sgd(k: Kernels, draws: Normal, ...shape: number[]): Tensor[] {
  const [n, lr, momentum, dampening, weight_decay, nesterov] = shape;
  const params = { lr, momentum, dampening, weight_decay, nesterov: nesterov === 1 };
  const velocity = momentum > 0 ? tensor([n]) : null;
  return trained(k, draws, n, (p, g, isFirst) => k.sgdStep(p, g, velocity, params, isFirst));
}

/** As `trained`, by a whole optimizer. */
function optimized(k: Kernels, draws: Normal, n: number, chosen: OptimizerDefinition, options: object): Tensor[] {
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

function adamOrAdamW(k: Kernels, draws: Normal, ...shape: number[]): Tensor[] {
  const [n, lr, beta1, weight_decay, isDecoupled] = shape;
  const options = { lr, betas: [beta1, 0.999], weight_decay };
  return optimized(k, draws, n, isDecoupled === 1 ? adamw : adam, options);
}

function rmspropOf(k: Kernels, draws: Normal, ...shape: number[]): Tensor[] {
  const [n, alpha, weight_decay, momentum, centered] = shape;
  return optimized(k, draws, n, rmsprop, { alpha, weight_decay, momentum, centered: centered === 1 });
}

function clip(k: Kernels, draws: Normal, sizes: number[], maxNorm: number): Tensor[] {
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

/** The families, by name. */
export const OPTIMIZED = {
  sgd,
  adam: adamOrAdamW,
  rmsprop: rmspropOf,
  clip,
  basic: (k: Kernels, draws: Normal, n: number, lr: number) => trained(k, draws, n, (p, g) => k.addScaled(p, g, -lr)),
};
