import { defineLayer, type Op } from "retrace";

/** out = x where x > 0, else e^x − 1. */
const eluOp: Op = {
  name: "elu",
  shape: ([x]) => x,
  forward(k, out, [x]) {
    k.exp(out, x);
    const [y, values] = [out.data, x.data];
    for (let i = 0; i < y.length; i++) y[i] = values[i] > 0 ? values[i] : y[i] - 1;
  },
  /** dx = dout where out > 0, else dout · (out + 1). */
  backward(_k, gradient, out, _inputs, [dx]) {
    if (dx === null) return;
    const [share, dout, y] = [dx.gradient.data, gradient.data, out.data];
    for (let i = 0; i < y.length; i++) {
      const value = y[i] > 0 ? dout[i] : dout[i] * (y[i] + 1);
      share[i] = dx.accumulate ? share[i] + value : value;
    }
  },
  backwardReads: { inputs: [], out: true },
  cases: [{ shapes: [[3, 5]], range: [-2, 2], awayFromZero: 0.1 }],
};

export const elu = defineLayer({
  name: "elu",
  about: "torch.nn.ELU.",
  source: import.meta.url,
  args: {},
  shape: (input) => input,
  forward: ({ tape, x }) => tape.apply(eluOp, [x]),
  activation: true,
  torch: () => "nn.ELU()",
  onnx: () => [{ op: "Elu" }],
});
