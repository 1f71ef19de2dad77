/** Optimizers: they change parameters by their gradients. */
import type { Parameter } from "./parameter.ts";
import { type Backend, wasmBackend } from "./backend.ts";
import type { Tensor } from "./tensor.ts";

/** An optimizer of some parameters. */
export interface Optimizer {
  /** Changes every parameter by its gradient. */
  step(): void;
  /** What it remembers between steps, by name, to be kept in a checkpoint: one velocity per parameter, or nothing. */
  readonly state: readonly { name: string; value: Tensor }[];
  /** Says that `state` was filled from a checkpoint, so that the next step is not the first. */
  resume(): void;
}

/** The options of torch.optim.SGD, by torch's names. */
export interface SgdOptions {
  lr: number;
  momentum: number;
  dampening: number;
  weightDecay: number;
  nesterov: boolean;
}

/**
 * The learning rate of an optimizer that does p = p − lr·g and nothing more, so that a program may do it; null for
 * one that does more.
 */
export function descentRate(
  { lr, momentum, weightDecay }: Pick<SgdOptions, "lr" | "momentum" | "weightDecay">,
): number | null {
  return momentum === 0 && weightDecay === 0 ? lr : null;
}

/** The article's BasicOptim (section "Optimizer in Pytorch"): p = p − lr·g. */
export function basicOptim(
  parameters: readonly Parameter[],
  lr: number,
  { kernels }: Backend = wasmBackend,
): Optimizer {
  return {
    state: [],
    resume() {},
    step() {
      for (const { value, gradient } of parameters) kernels.addScaled(value, gradient, -lr);
    },
  };
}

/**
 * torch.optim.SGD: with g = gradient + weightDecay·p,
 * v = g in the first step, then momentum·v + (1 − dampening)·g;
 * p = p − lr·v, or with nesterov p = p − lr·(g + momentum·v); without momentum p = p − lr·g.
 */
export function sgd(
  parameters: readonly Parameter[],
  options: SgdOptions,
  { kernels, tensor }: Backend = wasmBackend,
): Optimizer {
  const { lr, momentum, dampening, weightDecay, nesterov } = options;
  const velocities = momentum === 0 ? [] : parameters.map(({ value }) => tensor(value.shape));
  let first = true;
  return {
    state: velocities.map((value, index) => ({ name: `velocity.${parameters[index].name}`, value })),
    resume() {
      first = false;
    },
    step() {
      parameters.forEach(({ value, gradient }, index) => {
        const velocity = velocities[index] ?? null;
        kernels.sgdStep(value, gradient, velocity, lr, momentum, dampening, weightDecay, nesterov, first);
      });
      first = false;
    },
  };
}
