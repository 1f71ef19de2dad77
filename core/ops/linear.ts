/** The fully connected layer, torch.nn.functional.linear. */
import type { Op } from "./op.ts";
import { matrix, mustMatch } from "./shapes.ts";

/** z = x·Wᵀ + b with x `[N, in]`, W `[out, in]`, b `[out]`; z is `[N, out]`. */
export const linear: Op = {
  name: "linear",
  shape([x, w, b]) {
    const [rows, inFeatures] = matrix("linear", "x", x);
    const [outFeatures, weightColumns] = matrix("linear", "weight", w);
    mustMatch("linear", "the columns of x and of the weight", inFeatures, weightColumns, [x, w]);
    mustMatch("linear", "the rows of the weight and the length of the bias", outFeatures, b[0], [w, b]);
    return [rows, outFeatures];
  },
  forward(k, out, [x, w, b]) {
    k.gemmNt(out, x, w, b, false);
  },
  /** dx = dz·W, dW = dzᵀ·x, db = Σ over the rows of dz. */
  backward(k, gradient, _out, [x, w], [dx, dw, db]) {
    if (dx) k.gemmNn(dx.gradient, gradient, w, dx.accumulate);
    if (dw?.descent) k.descendTn(dw.descent.value, gradient, x, dw.descent.rate, dw.gradient);
    else if (dw) k.gemmTn(dw.gradient, gradient, x, dw.accumulate);
    if (db) k.columnSum(db.gradient, gradient, db.accumulate);
  },
  backwardReads: { inputs: [0, 1], out: false },
  descends: [1],
  cases: [{ shapes: [[3, 5], [2, 5], [2]] }, { shapes: [[1, 1], [1, 1], [1]] }, { shapes: [[7, 9], [6, 9], [6]] }],
};
