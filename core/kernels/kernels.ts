/**
 * The kernels: every numeric operation of Retrace, as one interface with two implementations. `plain.ts` defines the
 * results, in plain TypeScript; `wasm.ts` is WebAssembly SIMD, compiled from C. Both have the same bits on every machine,
 * except for the payload of a NaN: those of PyTorch 1.13.1 on the CPU (one thread, AVX2, reference BLAS, no MKL-DNN).
 *
 * Rules for all kernels:
 * - Every `+ - * /` rounds to float32 immediately; `fma(a, b, c)` is `a * b + c`, rounded once. Nothing is flushed to 0.
 * - A sum has one of the orders below, which depends only on shapes. It starts from 0 unless stated otherwise.
 * - Tensors are row-major and contiguous; core/tensor makes none with a dimension of 0. The caller guarantees shapes,
 *   labels and indices; nothing is checked here.
 * - The target of an elementwise kernel may be one of its inputs; that of the others may not.
 * - `accumulate` false overwrites the target; true adds the complete result to it with one rounding.
 * - Scalar arguments (`alpha`, `min`, `lr`, …) are float64 and are rounded to float32 once.
 * - Bounds are inclusive, as in torch.
 *
 * Orders of sums of n terms:
 * - _in order_: term 0, 1, 2, ….
 * - _cascade_: chunks of S = 2^max(4, ⌊⌈log2 n⌉ / 4⌋) terms in order; the sums of S chunks in order, and so on, up to
 *   level 3; what fills no chunk stays at its level; in the end ((level 0 + level 1) + level 2) + level 3.
 * - _four-way_: terms 4i + j are four cascades s0…s3; the last n mod 4 terms are added to s0; ((s0 + s1) + s2) + s3.
 * - _vector_: terms 8i + j are eight four-way sums; the last n mod 8 terms in order, then + lane 0, …, + lane 7; four-way
 *   below 8 terms.
 * - _lanes_: terms 0…7 start eight lanes; term i is added to lane i mod 8; lane j + lane j + 4, then j + 2, then j + 1;
 *   below 8 terms, in order, starting with term 0.
 */

import type { ActivationKernels } from "./activation_kernels.ts";
import type { AdaptiveKernels } from "./adaptive.ts";
import type { ConvolutionKernels } from "./convolution.ts";
import type { DrawKernels } from "./draws.ts";
import type { LikelihoodKernels } from "./likelihood.ts";
import type { NormalizationKernels } from "./normalization.ts";
import type { F32, I32, U8 } from "./operand.ts";
import type { PoolingKernels } from "./pooling.ts";

export type { F32, I32, Operand, U8 } from "./operand.ts";

/** Matrix products and column sums. A product can grow the memory, which detaches `data` arrays that were read before. */
export interface MatrixKernels {
  /** `c[M,N] = a[M,K] · b[N,K]ᵀ (+ bias[N])`: a linear layer with weight `[out, in]`. Products in order, then bias. */
  gemmNt(c: F32, a: F32, b: F32, bias: F32 | null, accumulate: boolean): void;
  /** `c[M,N] = a[K,M]ᵀ · b[K,N]`: the gradient of a weight. Products in order. */
  gemmTn(c: F32, a: F32, b: F32, accumulate: boolean): void;
  /** `c[M,N] = a[M,K] · b[K,N]`: the gradient of a linear layer's input. Products in order. */
  gemmNn(c: F32, a: F32, b: F32, accumulate: boolean): void;
  /**
   * `out[N] = Σ_m a[m,N]`: the gradient of a bias. The first N - N mod 32 columns (N - N mod 4 for N < 8) by cascade, the
   * others four-way; a single column as a vector.
   */
  columnSum(out: F32, a: F32, accumulate: boolean): void;
}

/** Elementwise functions. All operands have the same size unless stated otherwise. */
export interface ElementwiseKernels {
  /** `out = x < 0 ? 0 : x`: -0 and NaN are kept, as in torch. */
  relu(out: F32, x: F32): void;
  /** `dx = x <= 0 ? 0 : dout`: the gradient of `relu`; that of NaN is kept, as in torch. */
  reluBackward(dx: F32, dout: F32, x: F32, accumulate: boolean): void;
  /** `out = e^x`, at most 1 ulp from exact, denormal results included: Sleef's expf_u10, as torch.exp. */
  exp(out: F32, x: F32): void;
  /** `out = ln x`, at most 1 ulp from exact; -Infinity for 0, NaN for x < 0: Sleef's logf_u10, as torch.log. */
  log(out: F32, x: F32): void;
  /** `dx = dout / x`: the gradient of `log`. */
  logBackward(dx: F32, dout: F32, x: F32, accumulate: boolean): void;
  /** `out = a + b`. */
  add(out: F32, a: F32, b: F32): void;
  /** `out = a - b`. */
  sub(out: F32, a: F32, b: F32): void;
  /** `out = a * b`. */
  mul(out: F32, a: F32, b: F32): void;
  /** `out = a / b`. */
  div(out: F32, a: F32, b: F32): void;
  /** `out = a * alpha`. */
  scale(out: F32, a: F32, alpha: number): void;
  /** `out = a`, limited to `min` and `max`; NaN stays NaN, and -0 stays -0 when min is 0. */
  clamp(out: F32, a: F32, min: number, max: number): void;
  /** `dx = min <= x <= max ? dout : 0`: the gradient of `clamp`. */
  clampBackward(dx: F32, dout: F32, x: F32, min: number, max: number, accumulate: boolean): void;
  /** `out = a + value`. */
  addNumber(out: F32, a: F32, value: number): void;
  /** `out[M,N] = a[M,N] + row[N]`. `row` is not the target. */
  addRow(out: F32, a: F32, row: F32): void;
  /** `target = target + alpha * a`, two roundings. */
  addScaled(target: F32, a: F32, alpha: number): void;
  /** `target = target + a * b`, two roundings. */
  addProduct(target: F32, a: F32, b: F32): void;
  /** `out = a`. */
  copy(out: F32, a: F32): void;
  /** `out = value`. */
  fill(out: F32, value: number): void;
}

/** Softmax, the negative log-likelihood of the labels, and the sum of a vector. */
export interface LossKernels {
  /**
   * Softmax of each row of `x[N,C]`: e = exp(x - max of the row); p = e * (1 / Σ e), the sum in lanes. A row with a NaN
   * becomes NaN.
   */
  softmaxRows(out: F32, x: F32): void;
  /**
   * `dx = (dout - Σ_c dout * p) * p` for each row of `p[N,C]`, the softmax. The sum in lanes, where products 0…7 are
   * rounded and each later one is added by fma; below 8 classes, all products are rounded.
   */
  softmaxRowsBackward(dx: F32, dout: F32, p: F32, accumulate: boolean): void;
  /** `rowLoss[i] = -ln(clamp(p[i, labels[i]], min, 1))` for `p[N,C]`; not clamped if `min` is 0: Infinity for p = 0. */
  pickLogLoss(rowLoss: F32, p: F32, labels: U8, min: number): void;
  /**
   * `dp[i, labels[i]] = -dRow[i] / p` where min <= p <= 1, or everywhere if `min` is 0. All other entries are 0, or
   * unchanged when accumulating.
   */
  pickLogLossBackward(dp: F32, dRow: F32, p: F32, labels: U8, min: number, accumulate: boolean): void;
  /** `out[0] = Σ a`, as a vector. */
  sum(out: F32, a: F32): void;
}

/** The parameters of torch.optim.SGD, by torch's names. */
export interface SgdParams {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly weight_decay: number;
  readonly nesterov: boolean;
}

/** The update rules of optimizers. */
export interface OptimizerKernels {
  /**
   * One step of torch.optim.SGD on a parameter `p`: `d = fma(p, weight_decay, g)` (`d = g` if weight_decay is 0); with
   * a velocity: `v = d` in the first step, else `v = fma(d, 1 - dampening, v * momentum)`; then `d = v`, or `d = fma(v,
   * momentum, d)` for nesterov; finally `p = fma(d, -lr, p)`. `1 - dampening` is rounded once.
   */
  sgdStep(p: F32, g: F32, velocity: F32 | null, params: SgdParams, isFirst: boolean): void;
}

/** Gathering the rows of a batch: row i of the batch is row `index[offset + i]` of the dataset. */
export interface GatherKernels {
  /** `out[i, c] = table[rows[index[offset + i], c]]`; `out[B,C]`, `rows[N,C]`, `table[256]`. */
  gatherTable(out: F32, rows: U8, index: I32, offset: number, table: F32): void;
  /** `out[i, c] = rows[index[offset + i], c]`; `out[B,C]`, `rows[N,C]`. */
  gatherRows(out: F32, rows: F32, index: I32, offset: number): void;
  /** `out[i] = labels[index[offset + i]]`; `out[B]`, `labels[N]`. */
  gatherLabels(out: U8, labels: U8, index: I32, offset: number): void;
}

/** All kernels. */
export type Kernels =
  & MatrixKernels
  & ElementwiseKernels
  & ActivationKernels
  & LossKernels
  & LikelihoodKernels
  & OptimizerKernels
  & AdaptiveKernels
  & GatherKernels
  & DrawKernels
  & NormalizationKernels
  & ConvolutionKernels
  & PoolingKernels;
