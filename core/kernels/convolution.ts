/** Convolutions of images, `[N, channels, height, width]`, torch.nn.functional.conv2d with square kernels. */
import { type AddressOf, type Compiled, storeOrAdd, withTemporary } from "./binding.ts";
import type { F32 } from "./operand.ts";

/** How a kernel moves: its step, and how many zeros are around the image. */
export interface Stride {
  readonly stride: number;
  readonly padding: number;
}

/**
 * Kernels of convolutions. Products with the padding's zeros count: an infinite weight makes NaN of them. As products of
 * matrices, they can grow the memory.
 */
export interface ConvolutionKernels {
  /**
   * `out[n, o] = bias[o] + Σ weight[o, c, i, j] * x[n, c, y, x]` over (c, i, j), where y and x are those of the output
   * times the stride, plus i and j, minus the padding. Starts at the bias, or at 0; products in order.
   */
  conv2d(out: F32, x: F32, weight: F32, bias: F32 | null, form: Stride): void;
  /** The gradient of the weight: for each image the products in the order of the positions; the images in order. */
  conv2dWeightGradient(dw: F32, dout: F32, x: F32, form: Stride, accumulate: boolean): void;
  /**
   * The gradient of the input: for each (i, j) in order, the sum over the outputs in order is added to the elements that
   * these weights were multiplied with.
   */
  conv2dInputGradient(dx: F32, dout: F32, weight: F32, form: Stride, accumulate: boolean): void;
  /**
   * `out[C] = Σ a[n, C, …]`: the gradient of a bias. Each plane as a vector, planes in order; a single channel as one
   * vector; planes of one element as `columnSum`.
   */
  channelSum(out: F32, a: F32, accumulate: boolean): void;
  /** `out[n, c, i] = x[n, i, c]` for x with `channels` values at each position. */
  turn(out: F32, x: F32, channels: number, accumulate: boolean): void;
}

const A = "usize";
const SIZES = [A, A, A, A, A, A, A, A] as const;
/** The native functions' parameters. */
export const CONVOLUTION_FUNCTIONS = {
  conv2d: [A, A, A, A, A, ...SIZES],
  conv2dWeightGradient: [A, A, A, A, A, ...SIZES],
  conv2dInputGradient: [A, A, A, A, A, ...SIZES],
  channelSum: [A, A, A, A, A],
  turn: [A, A, A, A, A],
} as const;

/** Images are computed in groups of 4, 8 or 16. */
const MOST_LANES = 16;
/** How many vectors tiles can read past the last position. */
const READ_PAST = 3;

/** The compiled kernels. */
export function bindConvolution(compiled: Compiled, at: AddressOf): ConvolutionKernels {
  return {
    conv2d(out, x, weight, bias, form) {
      withTemporary([paddedSize(x, form)], (lanes) => {
        compiled.conv2d(at(out), at(x), at(weight), at(bias), at(lanes), ...sizesOf(x, weight, form));
      });
    },
    conv2dWeightGradient(dw, dout, x, form, accumulate) {
      withTemporary(
        [paddedSize(x, form), inLanes(dout)],
        (lanes, gradient) =>
          storeOrAdd(compiled, at, dw, accumulate, (to) => {
            const sizes = sizesOf(x, dw, form);
            compiled.conv2dWeightGradient(to, at(dout), at(x), at(lanes), at(gradient), ...sizes);
          }),
      );
    },
    conv2dInputGradient(dx, dout, weight, form, accumulate) {
      withTemporary(
        [paddedSize(dx, form), inLanes(dout)],
        (lanes, gradient) =>
          storeOrAdd(compiled, at, dx, accumulate, (to) => {
            const sizes = sizesOf(dx, weight, form);
            compiled.conv2dInputGradient(to, at(dout), at(weight), at(lanes), at(gradient), ...sizes);
          }),
      );
    },
    channelSum(out, a, accumulate) {
      const [images, channels] = a.shape;
      const length = a.size / (images * channels);
      storeOrAdd(compiled, at, out, accumulate, (to) => compiled.channelSum(to, at(a), images, channels, length));
    },
    turn(out, x, channels, accumulate) {
      const [images] = x.shape;
      const length = x.size / (images * channels);
      storeOrAdd(compiled, at, out, accumulate, (to) => compiled.turn(to, at(x), images, length, channels));
    },
  };
}

/** The number of float32 of images in groups of lanes. */
function inLanes({ shape: [images], size }: F32): number {
  return Math.ceil(images / MOST_LANES) * MOST_LANES * (size / images) + READ_PAST * MOST_LANES;
}

/** The same with padding. */
function paddedSize({ shape: [images, channels, height, width] }: F32, { padding }: Stride): number {
  const plane = (height + 2 * padding) * (width + 2 * padding);
  return Math.ceil(images / MOST_LANES) * MOST_LANES * channels * plane;
}

type Sizes = [number, number, number, number, number, number, number, number];

function sizesOf({ shape: [images, channels, height, width] }: F32, weight: F32, { stride, padding }: Stride): Sizes {
  const [outputs, , kernel] = weight.shape;
  return [images, channels, height, width, outputs, kernel, stride, padding];
}
