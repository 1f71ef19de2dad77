/** The convolution of images with square kernels, torch.nn.Conv2d. */
import { ShapeError } from "../errors.ts";
import { type Op, type Shape, shapeText, sizeOf } from "../ops/op.ts";
import { defineLayer, POSITIVE_INTEGER } from "./layer.ts";
import { weightBound } from "./weight_bound.ts";

/** How the kernel moves over an image. */
interface Stride {
  readonly stride: number;
  readonly padding: number;
}

/** z[o] = b[o] + Σ over c of W[o, c] ⋆ x[c], with x `[N, C, H, W]`, W `[O, C, K, K]` and b `[O]`, which can be left out. */
export const conv2dOp: Op = {
  name: "conv2d",
  formula: {
    forward: "z = W ⋆ x + b",
    backward: ["∂x = W full-⋆ ∂z", "∂W = Σ over images of x ⋆ ∂z", "∂b = Σ over images and positions of ∂z"],
  },
  shape([x, w, b], { stride, padding }: Stride) {
    const [images, channels, height, width] = x;
    const [outputs, weightChannels, kernel] = w;
    const sizes = [height, width].map((size) => Math.floor((size + 2 * padding - kernel) / stride) + 1);
    const fits = x.length === 4 && w.length === 4 && channels === weightChannels && w[3] === kernel;
    if (fits && (b === undefined || b[0] === outputs) && sizes.every((size) => size >= 1)) {
      return [images, outputs, ...sizes];
    }
    throw new ShapeError(
      `conv2d expects images [N, C, H, W], a weight [O, C, K, K] and a bias [O], but found ` +
        `${[x, w, ...(b ? [b] : [])].map(shapeText).join(", ")} with padding ${padding}.`,
    );
  },
  forward: (k, out, [x, w, b], form: Stride) => k.conv2d(out, x, w, b ?? null, form),
  /** dx[n, c] = Σ over o of dz[n, o] full-⋆ W[o, c], dW[o, c] = Σ over n of x[n, c] ⋆ dz[n, o], db[o] = Σ dz[·, o]. */
  backward(k, gradient, _out, [x, w], [dx, dw, db], form: Stride) {
    if (dx) k.conv2dInputGradient(dx.gradient, gradient, w, form, dx.accumulate);
    if (dw) k.conv2dWeightGradient(dw.gradient, gradient, x, form, dw.accumulate);
    if (db) k.channelSum(db.gradient, gradient, db.accumulate);
  },
  backwardReads: { inputs: [0, 1], out: false },
  cases: [
    { shapes: [[2, 2, 5, 4], [3, 2, 3, 3], [3]], settings: () => ({ stride: 1, padding: 1 }) },
    { shapes: [[3, 1, 7, 7], [2, 1, 2, 2], [2]], settings: () => ({ stride: 3, padding: 0 }) },
    { shapes: [[1, 3, 1, 1], [1, 3, 1, 1]], settings: () => ({ stride: 1, padding: 0 }) },
  ],
};

/** `conv2d(in,out,kernel)`; the weight is stored `[out, in, kernel, kernel]`, as torch.nn.Conv2d stores it. */
export const conv2d = defineLayer({
  name: "conv2d",
  about: "Convolution of images with square kernels: torch.nn.Conv2d.",
  source: import.meta.url,
  args: {
    in: POSITIVE_INTEGER,
    out: POSITIVE_INTEGER,
    kernel: POSITIVE_INTEGER,
    stride: { ...POSITIVE_INTEGER, default: 1 },
    padding: { type: "integer", min: 0, default: 0 },
    bias: { type: "boolean", default: true },
  },
  shape(input, { in: channels, out, kernel, stride, padding }) {
    checkImages(input, channels);
    if (input[0] !== channels) {
      throw new ShapeError(
        `it takes images of ${channels} channel${channels === 1 ? "" : "s"}, but its input has ${input[0]} ` +
          `(shape ${shapeText(input)}). Make the first argument ${input[0]}.`,
      );
    }
    const smallest = Math.min(input[1], input[2]);
    if (kernel > smallest + 2 * padding) {
      throw new ShapeError(
        `its kernel of ${kernel} × ${kernel} is larger than the images of ${input[1]} × ${input[2]} with padding ` +
          `${padding}. Make it at most ${smallest + 2 * padding}, ` +
          `or the padding at least ${Math.ceil((kernel - smallest) / 2)}.`,
      );
    }
    return [out, ...input.slice(1).map((size) => Math.floor((size + 2 * padding - kernel) / stride) + 1)];
  },
  parameters(_input, { in: channels, out, kernel, bias }) {
    const fanIn = channels * kernel * kernel;
    return {
      weight: { shape: [out, channels, kernel, kernel], draw: { uniform: weightBound(fanIn) } },
      ...(bias ? { bias: { shape: [out], draw: { uniform: 1 / Math.sqrt(fanIn) } } } : {}),
    };
  },
  forward({ tape, x, parameters: { weight, bias }, args: { stride, padding } }) {
    return tape.apply(conv2dOp, bias ? [x, weight, bias] : [x, weight], { stride, padding });
  },
  torch({ in: channels, out, kernel, stride, padding, bias }) {
    const options = [
      ...(stride === 1 ? [] : [`stride=${stride}`]),
      ...(padding === 0 ? [] : [`padding=${padding}`]),
      ...(bias ? [] : ["bias=False"]),
    ];
    return `nn.Conv2d(${[channels, out, kernel, ...options].join(", ")})`;
  },
  onnx: ({ kernel, stride, padding, bias }) => [{
    op: "Conv",
    inputs: bias ? ["x", "weight", "bias"] : ["x", "weight"],
    attributes: { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: Array<number>(4).fill(padding) },
  }],
});

/** @throws ShapeError that says which image(…) makes images of these values, if it is not images that they are. */
function checkImages(input: Shape, channels: number): void {
  if (input.length === 3) return;
  const side = Math.sqrt(sizeOf(input) / channels);
  const sizes = Number.isInteger(side) ? `${side},${side}` : "height,width";
  throw new ShapeError(
    `it takes images [channels, height, width], but its input has the shape ${shapeText(input)}. ` +
      `Put image(${channels},${sizes}) before it.`,
  );
}
