/** Batch normalization, torch.nn.BatchNorm1d and BatchNorm2d (Ioffe and Szegedy 2015, "Batch Normalization"). */
import { ShapeError } from "../errors.ts";
import { checkEqual, type Op, type Shape, shapeText, sizeOf } from "../ops/op.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type ArgValues, defineLayer, type LayerContext, POSITIVE_INTEGER } from "./layer.ts";

/** The running statistics of each channel, which training moves and evaluation uses. */
interface Settings {
  running: { mean: Tensor; variance: Tensor };
  eps: number;
  momentum: number;
}

const settingsOf: NonNullable<Op["cases"][number]["settings"]> = (tensorOf): Settings => ({
  running: { mean: tensorOf([0.1, -0.2, 0.3], [3]), variance: tensorOf([1, 0.5, 2], [3]) },
  // So large that a variance of few numbers does not bend the curve.
  eps: 0.1,
  momentum: 0.1,
});

const shared: Pick<Op, "shape" | "cases"> = {
  shape([x, weight, bias]) {
    if (x.length < 2) throw new ShapeError(`batchNorm expects rows of channels, but found the shape ${shapeText(x)}.`);
    checkEqual("batchNorm", "the channels of x and the length of the weight", x[1], weight[0], [x, weight]);
    checkEqual("batchNorm", "the lengths of weight and bias", weight[0], bias[0], [weight, bias]);
    return x;
  },
  cases: [[5, 3], [2, 3, 2, 5], [6, 3, 1, 1], [1, 3, 3, 3]].map((x) => ({
    shapes: [x, [3], [3]],
    settings: settingsOf,
  })),
};

/** In training: out = (x − mean) / √(variance + eps) · weight + bias, with mean and variance of the batch by channel. */
export const batchNormOp: Op = {
  ...shared,
  name: "batchNorm",
  formula: {
    forward: "z = w·(x − mean) / √(var + ε) + b",
    backward: ["∂x by the batch's statistics", "∂w = Σ ∂z·(x − mean) / √(var + ε)", "∂b = Σ ∂z"],
  },
  forward: (k, out, [x, weight, bias], settings: Settings) =>
    k.batchNorm(out, x, weight, bias, settings.running, settings),
  /**
   * With s = 1 / √(variance + eps), x̂ = (x − mean) · s and the means over M values of a channel: dx = (dout − mean(dout) −
   * x̂ · mean(dout · x̂)) · s · weight, dWeight = Σ dout · x̂, dBias = Σ dout.
   */
  backward: (k, gradient, _out, [x, weight], [dx, dWeight, dBias], { eps }: Settings) =>
    k.batchNormBackward(dx, dWeight, dBias, gradient, x, weight, eps),
  backwardReads: { inputs: [0, 1], out: false },
};

/** In evaluation: the same with the running mean and variance. */
export const batchNormEvaluateOp: Op = {
  ...shared,
  name: "batchNormEvaluate",
  forward: (k, out, [x, weight, bias], { running: { mean, variance }, eps }: Settings) =>
    k.batchNormEvaluate(out, x, weight, bias, mean, variance, eps),
  /** dx = dout · s · weight, dWeight = Σ dout · (x − mean) · s, dBias = Σ dout, with s = 1 / √(variance + eps). */
  backward(_k, { data: dout }, _out, [{ data: x, shape }, weight], targets, { running, eps }: Settings) {
    const [rows, channels] = shape;
    const plane = sizeOf(shape) / rows / channels;
    const [dx, dWeight, dBias] = targets;
    for (const target of targets) if (target && !target.accumulate) target.gradient.data.fill(0);
    for (let i = 0; i < x.length; i++) {
      const c = Math.floor(i / plane) % channels;
      const scale = 1 / Math.sqrt(running.variance.data[c] + eps);
      if (dx) dx.gradient.data[i] += dout[i] * scale * weight.data[c];
      if (dWeight) dWeight.gradient.data[c] += dout[i] * (x[i] - running.mean.data[c]) * scale;
      if (dBias) dBias.gradient.data[c] += dout[i];
    }
  },
  backwardReads: { inputs: [0, 1], out: false },
};

const args = {
  features: POSITIVE_INTEGER,
  eps: { type: "number", min: 0, default: 1e-5 },
  momentum: { type: "number", min: 0, max: 1, default: 0.1 },
} as const;

type Args = ArgValues<typeof args>;

/** What both layers have in common. torch draws no numbers for them. */
const common = {
  source: import.meta.url,
  args,
  parameters: (_input: Shape, { features }: Args) => ({
    weight: { shape: [features], draw: { constant: 1 } },
    bias: { shape: [features], draw: { constant: 0 } },
  }),
  buffers: (_input: Shape, { features }: Args) => ({
    running_mean: { shape: [features], constant: 0 },
    running_var: { shape: [features], constant: 1 },
  }),
  // A single number of a channel has no variance.
  leastRows: (input: Shape) => sizeOf(input) === input[0] ? 2 : 1,
  forward(
    { tape, x, parameters: { weight, bias }, buffers, args: { eps, momentum }, mode }: LayerContext<typeof args>,
  ) {
    const settings: Settings = {
      running: { mean: buffers.running_mean, variance: buffers.running_var },
      eps,
      momentum,
    };
    return tape.apply(mode === "train" ? batchNormOp : batchNormEvaluateOp, [x, weight, bias], settings);
  },
  onnx: ({ eps }: Args) => [{
    op: "BatchNormalization",
    inputs: ["x", "weight", "bias", "running_mean", "running_var"],
    attributes: { epsilon: { float: eps } },
  }],
};

const torchArgs = ({ features, eps, momentum }: Args) => `(${features}, eps=${eps}, momentum=${momentum})`;

/** `batchnorm1d(features)`. */
export const batchnorm1d = defineLayer({
  ...common,
  name: "batchnorm1d",
  about: "Batch normalization of each value over the rows of a batch, torch.nn.BatchNorm1d.",
  takes: ({ features }) => [features],
  shape: (input) => input,
  torch: (args) => `nn.BatchNorm1d${torchArgs(args)}`,
});

/** `batchnorm2d(features)`, of images `[C, H, W]` with C features. */
export const batchnorm2d = defineLayer({
  ...common,
  name: "batchnorm2d",
  about: "Batch normalization of each channel of images over the rows of a batch, torch.nn.BatchNorm2d.",
  shape(input, { features }) {
    if (input.length === 3 && input[0] === features) return input;
    throw new ShapeError(
      `it takes images [${features}, height, width], but its input has the shape ${shapeText(input)}. ` +
        (input.length === 3
          ? `Write batchnorm2d(${input[0]}).`
          : "Put it after a convolution, or image(channels,height,width) before it."),
    );
  },
  torch: (args) => `nn.BatchNorm2d${torchArgs(args)}`,
});
