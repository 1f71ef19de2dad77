/** Softmax over the classes, torch.nn.Softmax(dim=1) (article section "SoftMax Implementation"). */
import { ShapeError } from "../errors.ts";
import { shapeText } from "../ops/shapes.ts";
import { softmaxOp } from "../ops/softmax_ops.ts";
import { defineLayer } from "./layer.ts";

/** `softmax`. */
export const softmax = defineLayer({
  name: "softmax",
  about: "Turns the values of an example into class probabilities, torch.nn.Softmax(dim=1).",
  source: import.meta.url,
  shape(input) {
    if (input.length === 1) return input;
    throw new ShapeError(
      `it takes one value per class, but its input has the shape ${shapeText(input)}. Put flatten before it.`,
    );
  },
  forward: ({ tape, x }) => tape.apply(softmaxOp, [x]),
  torch: () => "nn.Softmax(dim=1)",
  onnx: () => [{ op: "Softmax", attributes: { axis: 1 } }],
  outputs: "probabilities",
});
