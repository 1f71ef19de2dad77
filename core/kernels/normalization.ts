/** The group of kernels of batch normalization, torch.nn.BatchNorm1d and 2d. */
import type { AddressOf, Compiled } from "./binding.ts";
import type { F32 } from "./operand.ts";

/** Where a gradient is written, or added to what is there; null: nowhere. */
type Target = { readonly gradient: F32; readonly accumulate: boolean } | null;

/**
 * `x[N, C, …]` has M numbers of each channel; their order is that in memory. In the order _of planes_, they are added in
 * float64; where a channel has one number per row, in the order _of rows_: in float32, products by fma. `mean = float32(Σ x /
 * M)` is divided in float64; `q` is the sum of the squares of `x - mean`: in the order of planes of squares rounded to
 * float32, itself rounded to float32 then; `invstd = float32(1 / √(q / M + eps))` is in float64, but for `q / M`.
 */
export interface NormalizationKernels {
  /**
   * In training: `out = fma(x, a, b)` with `a = invstd * weight`, `b = fma(-mean, a, bias)`. The running statistics move:
   * `runningMean = momentum * mean + (1 - momentum) * runningMean`; `runningVar = fma(q / (M - 1), momentum, (1 - momentum) *
   * runningVar)`. `1 - momentum` is rounded once.
   */
  batchNorm(
    out: F32,
    x: F32,
    weight: F32,
    bias: F32,
    running: { readonly mean: F32; readonly variance: F32 },
    settings: { readonly eps: number; readonly momentum: number },
  ): void;
  /** In evaluation: the same with the running mean, and `invstd = 1 / √(runningVar + eps)` in float32. */
  batchNormEvaluate(out: F32, x: F32, weight: F32, bias: F32, mean: F32, variance: F32, eps: number): void;
  /**
   * The gradients of `batchNorm`. Of planes: S = Σ dout and P = Σ (x - mean) * dout, of each row in lanes as of softmax, and
   * added in float64. `dBias = S`, `dWeight = P * invstd`, rounded once; `dx = (fma(-(x - mean), k, dout - S / M) * invstd) *
   * weight` with `k = P * invstd * invstd / M`, P and S / M rounded first.
   */
  batchNormBackward(dx: Target, dWeight: Target, dBias: Target, dout: F32, x: F32, weight: F32, eps: number): void;
}

const A = "usize";
/** The native functions' parameters. */
export const NORMALIZATION_FUNCTIONS = {
  batchNorm: [A, A, A, A, A, A, A, A, A, "f64", "f64"],
  batchNormEvaluate: [A, A, A, A, A, A, A, A, A, "f32"],
  batchNormBackward: [A, A, A, A, A, A, A, A, A, "f64", "i32"],
} as const;

/** The compiled kernels of the group. */
export function bindNormalization(compiled: Compiled, at: AddressOf): NormalizationKernels {
  return {
    batchNorm: (out, x, weight, bias, { mean, variance }, { eps, momentum }) =>
      compiled.batchNorm(
        ...[at(out), at(x), at(weight), at(bias), at(mean), at(variance), ...sizesOf(x)] as const,
        ...[eps, momentum] as const,
      ),
    batchNormEvaluate: (out, x, weight, bias, mean, variance, eps) =>
      compiled.batchNormEvaluate(
        ...[at(out), at(x), at(weight), at(bias), at(mean), at(variance), ...sizesOf(x)] as const,
        eps,
      ),
    batchNormBackward(dx, dWeight, dBias, dout, x, weight, eps) {
      const targets = [dx, dWeight, dBias];
      const [toX, toWeight, toBias] = targets.map((target) => at(target && target.gradient));
      // A bit for each target that is added to.
      const sums = targets.reduce((bits, target, i) => bits + (target?.accumulate ? 1 << i : 0), 0);
      compiled.batchNormBackward(
        ...[toX, toWeight, toBias, at(dout), at(x), at(weight), ...sizesOf(x)] as const,
        ...[eps, sums] as const,
      );
    },
  };
}

/** Rows, channels, and numbers of a channel in a row. */
export function sizesOf({ shape: [rows, channels], size }: F32): [rows: number, channels: number, plane: number] {
  return [rows, channels, size / rows / channels];
}
