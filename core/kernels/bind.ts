/** Kernels as the compiled C has them: each function converts its operands to addresses and sizes. */
import { bindActivation } from "./activation_kernels.ts";
import { bindAdaptive } from "./adaptive.ts";
import { type AddressOf, type Compiled, storeOrAdd } from "./binding.ts";
import { bindConvolution } from "./convolution.ts";
import { bindDraws } from "./draws.ts";
import type { Kernels } from "./kernels.ts";
import { bindLikelihood } from "./likelihood.ts";
import { bindNormalization } from "./normalization.ts";
import { bindPooling } from "./pooling.ts";

const INT_BYTES = 4;

/** Kernels that call the compiled functions. */
export function bindKernels(compiled: Compiled, at: AddressOf): Kernels {
  return {
    ...bindConvolution(compiled, at),
    ...bindPooling(compiled, at),
    ...bindDraws(compiled, at),
    ...bindNormalization(compiled, at),

    gemmNt(c, a, b, bias, accumulate) {
      const [[m, k], [n]] = [a.shape, b.shape];
      storeOrAdd(
        compiled,
        at,
        c,
        accumulate,
        (to) => compiled.gemmNt(to, at(a), at(b), at(bias), m, n, k),
      );
    },
    gemmTn(c, a, b, accumulate) {
      const [k, m] = a.shape;
      storeOrAdd(compiled, at, c, accumulate, (to) => compiled.gemmTn(to, at(a), at(b), m, b.shape[1], k));
    },
    gemmNn(c, a, b, accumulate) {
      const [m, k] = a.shape;
      storeOrAdd(compiled, at, c, accumulate, (to) => compiled.gemmNn(to, at(a), at(b), m, b.shape[1], k));
    },
    columnSum: (out, a, accumulate) => compiled.columnSum(at(out), at(a), a.shape[0], a.shape[1], Number(accumulate)),

    relu: (out, x) => compiled.relu(at(out), at(x), out.size),
    reluBackward: (dx, dout, x, accumulate) =>
      compiled.reluBackward(at(dx), at(dout), at(x), dx.size, Number(accumulate)),
    exp: (out, x) => compiled.exp(at(out), at(x), out.size),
    log: (out, x) => compiled.log(at(out), at(x), out.size),
    logBackward: (dx, dout, x, accumulate) =>
      compiled.logBackward(at(dx), at(dout), at(x), dx.size, Number(accumulate)),
    add: (out, a, b) => compiled.add(at(out), at(a), at(b), out.size),
    sub: (out, a, b) => compiled.sub(at(out), at(a), at(b), out.size),
    mul: (out, a, b) => compiled.mul(at(out), at(a), at(b), out.size),
    div: (out, a, b) => compiled.div(at(out), at(a), at(b), out.size),
    scale: (out, a, alpha) => compiled.scale(at(out), at(a), out.size, alpha),
    clamp: (out, a, min, max) => compiled.clamp(at(out), at(a), out.size, min, max),
    clampBackward: (dx, dout, x, min, max, accumulate) =>
      compiled.clampBackward(at(dx), at(dout), at(x), dx.size, min, max, Number(accumulate)),
    addNumber: (out, a, value) => compiled.addNumber(at(out), at(a), out.size, value),
    addRow: (out, a, row) => compiled.addRow(at(out), at(a), at(row), out.size / row.size, row.size),
    addScaled: (target, a, alpha) => compiled.addScaled(at(target), at(a), target.size, alpha),
    addProduct: (target, a, b) => compiled.addProduct(at(target), at(a), at(b), target.size),
    copy: (out, a) => compiled.copy(at(out), at(a), out.size),
    fill: (out, value) => compiled.fill(at(out), out.size, value),

    softmaxRows: (out, x) => compiled.softmaxRows(at(out), at(x), x.shape[0], x.shape[1]),
    softmaxRowsBackward: (dx, dout, p, accumulate) =>
      compiled.softmaxRowsBackward(at(dx), at(dout), at(p), p.shape[0], p.shape[1], Number(accumulate)),
    pickLogLoss: (rowLoss, p, labels, min) =>
      compiled.pickLogLoss(at(rowLoss), at(p), at(labels), p.shape[0], p.shape[1], min),
    pickLogLossBackward(dp, dRow, p, labels, min, accumulate) {
      const [rows, classes] = p.shape;
      compiled.pickLogLossBackward(at(dp), at(dRow), at(p), at(labels), rows, classes, min, Number(accumulate));
    },
    sum: (out, a) => compiled.sum(at(out), at(a), a.size),

    sgdStep(p, g, velocity, { lr, momentum, dampening, weight_decay, nesterov }, isFirst) {
      const [v, keep] = [at(velocity), 1 - dampening];
      compiled.sgdStep(at(p), at(g), v, p.size, lr, momentum, keep, weight_decay, Number(nesterov), Number(isFirst));
    },

    ...bindAdaptive(compiled, at),

    gatherTable(out, rows, index, offset, table) {
      const [count, columns] = [out.shape[0], out.size / out.shape[0]];
      compiled.gatherTable(at(out), at(rows), at(index) + offset * INT_BYTES, at(table), count, columns);
    },
    gatherRows: (out, rows, index, offset) =>
      compiled.gatherRows(at(out), at(rows), at(index) + offset * INT_BYTES, out.shape[0], out.size / out.shape[0]),
    gatherLabels: (out, labels, index, offset) =>
      compiled.gatherLabels(at(out), at(labels), at(index) + offset * INT_BYTES, out.size),
    ...bindActivation(compiled, at),
    ...bindLikelihood(compiled, at),
  };
}
