/** Convolutions in plain TypeScript. */
import type { ConvolutionKernels, Stride } from "./convolution.ts";
import type { F32 } from "./operand.ts";
import type { Precision } from "./plain_math.ts";
import { plainMatrix, put } from "./plain_matrix.ts";
import { makeSums } from "./plain_sums.ts";

/** An element of the input by its plane and its place in it, which can be in the padding. */
interface Place {
  readonly channel: number;
  readonly y: number;
  readonly x: number;
}

/** Plain twins of {@link ConvolutionKernels}. */
export function plainConvolution(precision: Precision): ConvolutionKernels {
  const { round } = precision;
  const { vectorSum } = makeSums(precision);
  const { columnSum } = plainMatrix(precision);

  /** `Σ a(i) * b(i)` in order. */
  function products(count: number, a: (i: number) => number, b: (i: number) => number, start = 0): number {
    let sum = start;
    for (let i = 0; i < count; i++) sum = round(sum + round(a(i) * b(i)));
    return sum;
  }

  return {
    conv2d(out, x, weight, bias, form) {
      const [, outputs] = out.shape;
      const { length, positions, placeOf, indexOf } = placesOf(x, weight, out, form);
      const [values, factors] = [x.data, weight.data];
      for (let i = 0; i < out.size; i++) {
        const [image, o, p] = [Math.floor(i / positions / outputs), Math.floor(i / positions) % outputs, i % positions];
        const valueAt = (k: number) => values[indexOf(image, placeOf(k, p))] ?? 0;
        out.data[i] = products(length, (k) => factors[o * length + k], valueAt, bias?.data[o]);
      }
    },

    conv2dWeightGradient(dw, dout, x, form, accumulate) {
      const [images, outputs] = dout.shape;
      const { length, positions, placeOf, indexOf } = placesOf(x, dw, dout, form);
      const [values, gradient] = [x.data, dout.data];
      for (let i = 0; i < dw.size; i++) {
        const [o, k] = [Math.floor(i / length), i % length];
        let sum = 0;
        for (let image = 0; image < images; image++) {
          const gradientAt = (p: number) => gradient[(image * outputs + o) * positions + p];
          const valueAt = (p: number) => values[indexOf(image, placeOf(k, p))] ?? 0;
          sum = round(sum + products(positions, gradientAt, valueAt));
        }
        put(dw.data, i, sum, accumulate);
      }
    },

    conv2dInputGradient(dx, dout, weight, form, accumulate) {
      const [images, outputs] = dout.shape;
      const { length, positions, placeOf, indexOf } = placesOf(dx, weight, dout, form);
      const [gradient, factors] = [dout.data, weight.data];
      const sums = new Float64Array(dx.size);
      for (let image = 0; image < images; image++) {
        // For each channel (i, j) in order.
        for (let k = 0; k < length; k++) {
          for (let p = 0; p < positions; p++) {
            const index = indexOf(image, placeOf(k, p));
            if (index < 0) continue;
            const gradientAt = (o: number) => gradient[(image * outputs + o) * positions + p];
            sums[index] = round(sums[index] + products(outputs, (o) => factors[o * length + k], gradientAt));
          }
        }
      }
      sums.forEach((sum, i) => put(dx.data, i, sum, accumulate));
    },

    channelSum(out, a, accumulate) {
      const [images, channels] = a.shape;
      const length = a.size / (images * channels);
      if (length === 1) {
        const columns = { shape: [images, channels], size: a.size, ptr: 0, data: a.data };
        return columnSum(out, columns, accumulate);
      }
      const values = a.data;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let n = 0; n < images; n++) {
          const plane = (n * channels + channel) * length;
          sum = round(sum + vectorSum(length, (i) => values[plane + i]));
        }
        put(out.data, channel, channels === 1 ? vectorSum(a.size, (i) => values[i]) : sum, accumulate);
      }
    },

    turn(out, x, channels, accumulate) {
      const example = x.size / x.shape[0];
      const length = example / channels;
      for (let i = 0; i < x.size; i++) {
        const [image, inExample] = [Math.floor(i / example), i % example];
        const [position, channel] = [Math.floor(inExample / channels), inExample % channels];
        put(out.data, image * example + channel * length + position, x.data[i], accumulate);
      }
    },
  };
}

/** Where element k of the weight of an output meets the input at position p of the output. */
function placesOf({ shape: [, channels, height, width] }: F32, weight: F32, out: F32, { stride, padding }: Stride) {
  const kernel = weight.shape[2];
  const [, , outHeight, outWidth] = out.shape;
  const kernelPlane = kernel * kernel;
  return {
    length: channels * kernelPlane,
    positions: outHeight * outWidth,
    placeOf: (k: number, p: number): Place => ({
      channel: Math.floor(k / kernelPlane),
      y: Math.floor(p / outWidth) * stride + Math.floor(k % kernelPlane / kernel) - padding,
      x: p % outWidth * stride + k % kernel - padding,
    }),
    /** The index of an element of an image; -1 in the padding. */
    indexOf(image: number, { channel, y, x }: Place): number {
      if (y < 0 || y >= height || x < 0 || x >= width) return -1;
      return ((image * channels + channel) * height + y) * width + x;
    },
  };
}
