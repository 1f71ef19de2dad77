/** The values of an image, or of anything else, in one row: torch.nn.Flatten. */
import { sizeOf } from "../ops/op.ts";
import { view } from "../ops/view.ts";
import { defineLayer } from "./layer.ts";

/** `flatten`. */
export const flatten = defineLayer({
  name: "flatten",
  about: "Makes one row of an example's values, for linear after conv2d: torch.nn.Flatten().",
  source: import.meta.url,
  shape: (input) => [sizeOf(input)],
  forward: ({ tape, x }) => tape.apply(view, [x], { shape: [sizeOf(x.shape.slice(1))] }),
  torch: () => "nn.Flatten()",
  onnx: () => [{ op: "Flatten", attributes: { axis: 1 } }],
});
