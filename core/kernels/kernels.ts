/**
 * The kernels: every operation on numbers that Retrace does, as one interface with three makers. `mod.ts` exports the
 * SIMD WebAssembly ones; `wide.ts` the same with other matrix products; `plain.ts` the same formulas as plain TypeScript,
 * for reading and for checking: all must give the same bits (the payload of a NaN aside), on every machine.
 *
 * What all kernels keep to:
 * - Every `+ - * /` rounds to float32 at once. No fused multiply-add, no estimate, nothing reassociated.
 * - The order of a sum depends on the shapes only and is written below at each kernel.
 * - Tensors are row-major and contiguous. The caller guarantees shapes, labels and indices; nothing is checked here.
 * - A target may be one of the inputs where a kernel works element by element, never in the others (`gemm*`,
 *   `softmaxRows*`, `columnSum`, `gather*`).
 * - `accumulate` false overwrites the target; true adds to it: target + (the whole computed value), one rounding.
 * - Numbers given as arguments (`alpha`, `min`, `lr`, …) are float64 and rounded to float32 once.
 */

/** What a kernel needs to know about a tensor. `Tensor` of core/tensor.ts is one. */
export interface Operand<Data> {
  readonly shape: readonly number[];
  /** How many elements. */
  readonly size: number;
  /** Byte address in the kernels' memory. */
  readonly ptr: number;
  /** The elements, as a view over the kernels' memory. */
  readonly data: Data;
}
/** A float32 operand. */
export type F32 = Operand<Float32Array>;
/** A uint8 operand. */
export type U8 = Operand<Uint8Array>;
/** An int32 operand. */
export type I32 = Operand<Int32Array>;

/** Matrix products and the sum over rows. A product may let the memory grow: `data` read before it is then stale. */
export interface MatrixKernels {
  /**
   * `c[M,N] = a[M,K] · b[N,K]ᵀ (+ bias[N])`: the forward pass of a linear layer with its weight stored `[out, in]`.
   * Order: four sums s0…s3, s_j over k ≡ j (mod 4) ascending, for k below K - K mod 4; then (s0 + s1) + (s2 + s3);
   * then the last K mod 4 products, ascending; then the bias.
   */
  gemmNt(c: F32, a: F32, b: F32, bias: F32 | null, accumulate: boolean): void;
  /** `c[M,N] = a[K,M]ᵀ · b[K,N]`: the gradient of a weight. Order: k ascending, from 0. */
  gemmTn(c: F32, a: F32, b: F32, accumulate: boolean): void;
  /**
   * `p[M,N] = p - rate * (a[K,M]ᵀ · b[K,N])`: `gemmTn` to a gradient, and `sgdStep` by it, in one pass and in the same
   * bits. The gradient is not stored; `scratch[M,N]` is what sums may be kept in meanwhile.
   */
  descendTn(p: F32, a: F32, b: F32, rate: number, scratch: F32): void;
  /** `c[M,N] = a[M,K] · b[K,N]`: the gradient of a linear layer's input. Order: k ascending, from 0. */
  gemmNn(c: F32, a: F32, b: F32, accumulate: boolean): void;
  /** `out[N] = Σ_m a[m,N]`: the gradient of a bias. Order: m ascending, from 0. */
  columnSum(out: F32, a: F32, accumulate: boolean): void;
}

/** Functions of one element, or of the elements at the same place. All operands have the same size. */
export interface ElementwiseKernels {
  /** `out = x < 0 ? 0 : x`; so -0 and NaN stay, as in torch. */
  relu(out: F32, x: F32): void;
  /** `dx = x > 0 ? dout : 0`. */
  reluBackward(dx: F32, dout: F32, x: F32, accumulate: boolean): void;
  /** `out = e^x`, at most 1 ulp from exact, denormal results included. */
  exp(out: F32, x: F32): void;
  /** `out = ln x`, at most 1 ulp from exact, denormal x included; 0 gives -Infinity, x < 0 gives NaN. */
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
  /** `out = a` where it is within `min` and `max`, else the nearer one; NaN stays NaN, and -0 stays where min is 0. */
  clamp(out: F32, a: F32, min: number, max: number): void;
  /** `dx = min <= x <= max ? dout : 0`: the gradient of `clamp`; the bounds count as inside, as in torch. */
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

/** Softmax, the log loss of a picked class, and the sum of a vector. */
export interface LossKernels {
  /**
   * Softmax of each row of `x[N,C]`: e = exp(x - max of the row); p = e / Σ e. Order of Σ: ascending, from 0.
   * What is below 2^-126, the smallest normal float32, counts as 0, e and p alike: processors take a hundred times as
   * long for a product with a denormal number, and no weight can tell it from 0. torch keeps denormal probabilities.
   */
  softmaxRows(out: F32, x: F32): void;
  /**
   * `dx = p * (dout - Σ_c dout * p)` for each row of `p[N,C]`, the softmax. Order of Σ: ascending, from 0. A dx between
   * -2^-126 and 2^-126 counts as 0, as in `softmaxRows`.
   */
  softmaxRowsBackward(dx: F32, dout: F32, p: F32, accumulate: boolean): void;
  /**
   * `rowLoss[i] = -ln(clamp(p[i, labels[i]], min, 1))` for `p[N,C]`. `min` 0 means no clamp at all, so that p = 0
   * gives Infinity.
   */
  pickLogLoss(rowLoss: F32, p: F32, labels: U8, min: number): void;
  /**
   * `dp[i, labels[i]] = -dRow[i] / p` where min <= p <= 1 (the bounds count as inside, as in torch), else 0; `min` 0:
   * everywhere. The other entries are 0, and stay as they are when accumulating.
   */
  pickLogLossBackward(dp: F32, dRow: F32, p: F32, labels: U8, min: number, accumulate: boolean): void;
  /** `out[0] = Σ a`. Order: ascending, in float64, one rounding to float32 at the end. */
  sum(out: F32, a: F32): void;
}

/** What torch.optim.SGD calls its options. */
export interface OptimizerKernels {
  /**
   * One step of torch.optim.SGD on a parameter `p`:
   * `d = g + weightDecay * p` (`d = g` when weightDecay is 0);
   * with a velocity: `v = d` in the first step, else `v = momentum * v + (1 - dampening) * d`; then `d = v`, or
   * `d = d + momentum * v` for nesterov; last `p = p - lr * d`. `1 - dampening` is float64, then rounded.
   */
  sgdStep(
    p: F32,
    g: F32,
    velocity: F32 | null,
    lr: number,
    momentum: number,
    dampening: number,
    weightDecay: number,
    nesterov: boolean,
    first: boolean,
  ): void;
}

/** Picking the rows of a batch. Row i of the batch is row `index[offset + i]` of the dataset. */
export interface GatherKernels {
  /** `out[i, c] = table[rows[index[offset + i], c]]`; `out[B,C]`, `rows[N,C]`, `table[256]`. */
  gatherTable(out: F32, rows: U8, index: I32, offset: number, table: F32): void;
  /** `out[i, c] = rows[index[offset + i], c]`; `out[B,C]`, `rows[N,C]`. */
  gatherRows(out: F32, rows: F32, index: I32, offset: number): void;
  /** `out[i] = labels[index[offset + i]]`; `out[B]`, `labels[N]`. */
  gatherLabels(out: U8, labels: U8, index: I32, offset: number): void;
}

/** All kernels. */
export type Kernels = MatrixKernels & ElementwiseKernels & LossKernels & OptimizerKernels & GatherKernels;
