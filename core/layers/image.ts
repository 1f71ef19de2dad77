/** Values as an image: one plane for each channel, torch.nn.Unflatten. */
import { ShapeError } from "../errors.ts";
import { matrix, type Op } from "../ops/op.ts";
import { view } from "../ops/view.ts";
import { defineLayer, POSITIVE_INTEGER } from "./layer.ts";
import type { OnnxNode } from "./onnx_node.ts";

interface ImageSize {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** x `[N, height · width · channels]`, a value of each channel for every pixel, as planes `[N, channels, height, width]`. */
export const planesOp: Op = {
  name: "planes",
  formula: { forward: "z[c, i] = x[i, c]", backward: ["∂x[i, c] = ∂z[c, i]"] },
  shape([x], { channels, height, width }: ImageSize) {
    const [rows, values] = matrix("planes", "pixels", x);
    if (values === channels * height * width) return [rows, channels, height, width];
    throw new ShapeError(`planes expects ${channels * height * width} values, but found ${values}.`);
  },
  forward: (k, out, [x], { channels }: ImageSize) => k.turn(out, x, channels, false),
  /** dx[n, i, c] = dz[n, c, i]. */
  backward(k, gradient, _out, _inputs, [dx], { height, width }: ImageSize) {
    if (dx) k.turn(dx.gradient, gradient, height * width, dx.accumulate);
  },
  backwardReads: { inputs: [], out: false },
  cases: [{ shapes: [[2, 12]], settings: () => ({ channels: 3, height: 2, width: 2 }) }],
};

/** `image(channels,height,width)`; with `layout=hwc`, the values of a pixel are neighbours in the data. */
export const image = defineLayer({
  name: "image",
  about: "Makes an image of an example's values, for conv2d: torch.nn.Unflatten(1, (channels, height, width)).",
  source: import.meta.url,
  args: {
    channels: POSITIVE_INTEGER,
    height: POSITIVE_INTEGER,
    width: POSITIVE_INTEGER,
    layout: { type: "word", values: ["chw", "hwc"], default: "chw" },
  },
  takes: ({ channels, height, width }) => [channels * height * width],
  shape: (_input, { channels, height, width }) => [channels, height, width],
  forward({ tape, x, args: { layout, ...size } }) {
    if (layout === "hwc") return tape.apply(planesOp, [x], size);
    return tape.apply(view, [x], { shape: [size.channels, size.height, size.width] });
  },
  torch({ channels, height, width, layout }) {
    const planes = `nn.Unflatten(1, (${channels}, ${height}, ${width}))`;
    if (layout === "chw") return planes;
    const [values, pixels] = [channels * height * width, height * width];
    return `nn.Sequential(nn.Unflatten(1, (${values}, 1, 1)), nn.ChannelShuffle(${pixels}), nn.Flatten(), ${planes})`;
  },
  onnx({ channels, height, width, layout }) {
    const isPlanar = layout === "chw";
    const shape = isPlanar ? [channels, height, width] : [height, width, channels];
    const reshape: OnnxNode[] = [
      { op: "Constant", inputs: [], output: "shape", attributes: { value_ints: [0, ...shape] } },
      { op: "Reshape", inputs: ["x", "shape"] },
    ];
    return isPlanar ? reshape : [...reshape, { op: "Transpose", attributes: { perm: [0, 3, 1, 2] } }];
  },
});
