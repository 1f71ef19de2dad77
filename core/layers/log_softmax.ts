/** The logarithm of softmax, torch.nn.LogSoftmax(dim=1). */
import { ShapeError } from "../errors.ts";
import { shapeText } from "../ops/shapes.ts";
import { logSoftmaxOp } from "../ops/softmax_ops.ts";
import { defineLayer } from "./layer.ts";

/** `log-softmax`. */
export const logSoftmax = defineLayer({
  name: "log-softmax",
  about: "Turns the values of an example into logarithms of class probabilities, torch.nn.LogSoftmax(dim=1).",
  source: import.meta.url,
  shape(input) {
    if (input.length === 1) return input;
    throw new ShapeError(
      `it takes one value per class, but its input has the shape ${shapeText(input)}. Put flatten before it.`,
    );
  },
  forward: ({ tape, x }) => tape.apply(logSoftmaxOp, [x]),
  torch: () => "nn.LogSoftmax(dim=1)",
  onnx: () => [{ op: "LogSoftmax", attributes: { axis: 1 } }],
  outputs: "log-probabilities",
});
