/** Softmax over the classes and its logarithm, torch.nn.Softmax(dim=1) and LogSoftmax (article section "SoftMax Implementation"). */
import { ShapeError } from "../errors.ts";
import { type Shape, shapeText } from "../ops/op.ts";
import { logSoftmaxOp, softmaxOp } from "../ops/softmax_ops.ts";
import { defineLayer } from "./layer.ts";

/** What both layers have in common. */
const shared = {
  source: import.meta.url,
  shape(input: Shape) {
    if (input.length === 1) return input;
    throw new ShapeError(
      `it takes one value per class, but its input has the shape ${shapeText(input)}. Put flatten before it.`,
    );
  },
};

/** `softmax`. */
export const softmax = defineLayer({
  ...shared,
  name: "softmax",
  about: "Turns the values of an example into class probabilities, torch.nn.Softmax(dim=1).",
  forward: ({ tape, x }) => tape.apply(softmaxOp, [x]),
  torch: () => "nn.Softmax(dim=1)",
  onnx: () => [{ op: "Softmax", attributes: { axis: 1 } }],
  outputs: "probabilities",
});

/** `log-softmax`. */
export const logSoftmax = defineLayer({
  ...shared,
  name: "log-softmax",
  about: "Turns the values of an example into logarithms of class probabilities, torch.nn.LogSoftmax(dim=1).",
  forward: ({ tape, x }) => tape.apply(logSoftmaxOp, [x]),
  torch: () => "nn.LogSoftmax(dim=1)",
  onnx: () => [{ op: "LogSoftmax", attributes: { axis: 1 } }],
  outputs: "log-probabilities",
});
