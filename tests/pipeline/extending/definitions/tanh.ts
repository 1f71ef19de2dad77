import { defineLayer, type Op } from "retrace";

/** out = tanh(x) = 1 − 2 / (e^2x + 1). */
const tanhOp: Op = {
  name: "tanh",
  shape: ([x]) => x,
  forward(k, out, [x]) {
    k.scale(out, x, 2);
    k.exp(out, out);
    const values = out.data;
    for (let i = 0; i < values.length; i++) values[i] = 1 - 2 / (values[i] + 1);
  },
  /** dx = dout · (1 − out²). */
  backward(_k, gradient, out, _inputs, [dx]) {
    if (dx === null) return;
    const [share, dout, y] = [dx.gradient.data, gradient.data, out.data];
    for (let i = 0; i < y.length; i++) {
      const value = dout[i] * (1 - y[i] * y[i]);
      share[i] = dx.accumulate ? share[i] + value : value;
    }
  },
  backwardReads: { inputs: [], out: true },
  cases: [{ shapes: [[3, 5]], range: [-2, 2] }],
};

export const tanh = defineLayer({
  name: "tanh",
  about: "torch.nn.Tanh.",
  source: import.meta.url,
  args: {},
  shape: (input) => input,
  forward: ({ tape, x }) => tape.apply(tanhOp, [x]),
  activation: true,
  torch: () => "nn.Tanh()",
  onnx: () => [{ op: "Tanh" }],
});
