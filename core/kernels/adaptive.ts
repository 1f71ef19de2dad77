/** Kernels of optimizers that keep averages of each gradient, and the norm that gradients are clipped by. */
import type { AddressOf, Compiled } from "./binding.ts";
import type { F32 } from "./operand.ts";

/** The coefficients of a step of Adam. */
export interface AdamCoefficients {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  /** Share of the parameter that is added to its gradient. */
  readonly decay: number;
  /** What the parameter is multiplied by first: 1 - lr * weight_decay in AdamW, else 1. */
  readonly shrink: number;
  /** lr / (1 - beta1^t). */
  readonly rate: number;
  /** √(1 - beta2^t). */
  readonly root: number;
}

/** The parameters of torch.optim.RMSprop, by torch's names. */
export interface RmspropParams {
  readonly lr: number;
  readonly alpha: number;
  readonly eps: number;
  readonly weight_decay: number;
  readonly momentum: number;
}

/** The update rules that divide by an average of squares, and the norm. */
export interface AdaptiveKernels {
  /**
   * One step of torch.optim.Adam or AdamW on a parameter `p` with the averages `m` and `v`, zero before the first step:
   * `p = p * shrink`; `g = fma(p, decay, g)` unless decay is 0; `m = fma(g, 1 - beta1, m * beta1)`;
   * `v = fma((1 - beta2) * g, g, v * beta2)`; `p = p + (-rate * m) / (√v / root + eps)`. `1 - beta` is rounded once.
   */
  adamStep(p: F32, g: F32, m: F32, v: F32, coefficients: AdamCoefficients): void;
  /**
   * One step of torch.optim.RMSprop on a parameter `p` with the average `v` of squares, that of gradients `mean` (null:
   * not centered) and a `buffer` (null: no momentum), all zero before the first step: `g = fma(p, weight_decay, g)` unless
   * that is 0; `v = fma((1 - alpha) * g, g, v * alpha)`; centered, `mean = fma(g, 1 - alpha, mean * alpha)` and
   * `d = √fma(-mean, mean, v) + eps`, else `d = √v + eps`; with momentum, `buffer = buffer * momentum + g / d` and
   * `p = fma(buffer, -lr, p)`, else `p = p + (-lr * g) / d`. `1 - alpha` is rounded once.
   */
  rmspropStep(p: F32, g: F32, v: F32, mean: F32 | null, buffer: F32 | null, params: RmspropParams): void;
  /**
   * `out[0] = √(Σ a²)`, torch.norm. Squares 8i + j are added to lane j by fma, from 0; then lane 0 + lane 1 + … + lane 7;
   * then the last n mod 8 squares in order: of at least 4, the first 4 are rounded, all others are added by fma.
   */
  norm(out: F32, a: F32): void;
}

/** The kernels of this group, which call the compiled functions. */
export function bindAdaptive(compiled: Compiled, at: AddressOf): AdaptiveKernels {
  return {
    adamStep(p, g, m, v, { beta1, beta2, eps, decay, shrink, rate, root }) {
      const [rest1, rest2] = [1 - beta1, 1 - beta2];
      compiled.adamStep(at(p), at(g), at(m), at(v), p.size, beta1, rest1, beta2, rest2, eps, decay, shrink, rate, root);
    },
    rmspropStep(p, g, v, mean, buffer, { lr, alpha, eps, weight_decay, momentum }) {
      const [m, b, rest] = [at(mean), at(buffer), 1 - alpha];
      compiled.rmspropStep(at(p), at(g), at(v), m, b, p.size, lr, alpha, rest, eps, weight_decay, momentum);
    },
    norm: (out, a) => compiled.norm(at(out), at(a), a.size),
  };
}

const A = "usize";
const N = "f32";
/** The native functions' parameters. */
export const ADAPTIVE_FUNCTIONS = {
  adamStep: [A, A, A, A, A, N, N, N, N, N, N, N, N, N],
  rmspropStep: [A, A, A, A, A, A, N, N, N, N, N, N],
  norm: [A, A, A],
} as const;
