import { mul } from "../ops/arithmetic.ts";
import { defineLayer } from "./layer.ts";

/** `dropout(p)`: in training, each value is 0 with probability p, and the others are divided by 1 − p. */
export const dropout = defineLayer({
  name: "dropout",
  about: "In training, sets a share p of the values to 0 at random, and divides the others by 1 - p, torch.nn.Dropout.",
  source: import.meta.url,
  args: { p: { type: "number", min: 0, below: 1, default: 0.5 } },
  shape: (input) => input,
  forward: ({ tape, x, args: { p }, mode, draws }) =>
    mode === "evaluate" || p === 0 ? x : tape.apply(mul, [x, draws.dropoutMask(x.shape, p)]),
  torch: ({ p }) => `nn.Dropout(${p})`,
  onnx: () => [],
});
