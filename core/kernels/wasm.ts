/** The kernels in WebAssembly, compiled from c/. Each function converts its operands to addresses and sizes. */
import type { F32, I32, Kernels } from "./kernels.ts";
import * as native from "./kernels.wasm";
import { allocate, mark, release } from "./memory.ts";

const FLOAT_BYTES = 4;

/** All kernels, in WebAssembly SIMD without relaxed instructions. */
export const wasm: Kernels = {
  gemmNt(c, a, b, bias, accumulate) {
    const [m, k] = a.shape;
    storeOrAdd(c, accumulate, (to) => native.gemmNt(to, a.ptr, b.ptr, bias === null ? 0 : bias.ptr, m, b.shape[0], k));
  },
  gemmTn(c, a, b, accumulate) {
    const [k, m] = a.shape;
    storeOrAdd(c, accumulate, (to) => native.gemmTn(to, a.ptr, b.ptr, m, b.shape[1], k));
  },
  gemmNn(c, a, b, accumulate) {
    const [m, k] = a.shape;
    storeOrAdd(c, accumulate, (to) => native.gemmNn(to, a.ptr, b.ptr, m, b.shape[1], k));
  },
  columnSum: (out, a, accumulate) => native.columnSum(out.ptr, a.ptr, a.shape[0], a.shape[1], Number(accumulate)),

  relu: (out, x) => native.relu(out.ptr, x.ptr, out.size),
  reluBackward: (dx, dout, x, accumulate) => native.reluBackward(dx.ptr, dout.ptr, x.ptr, dx.size, Number(accumulate)),
  exp: (out, x) => native.exp(out.ptr, x.ptr, out.size),
  log: (out, x) => native.log(out.ptr, x.ptr, out.size),
  logBackward: (dx, dout, x, accumulate) => native.logBackward(dx.ptr, dout.ptr, x.ptr, dx.size, Number(accumulate)),
  add: (out, a, b) => native.add(out.ptr, a.ptr, b.ptr, out.size),
  sub: (out, a, b) => native.sub(out.ptr, a.ptr, b.ptr, out.size),
  mul: (out, a, b) => native.mul(out.ptr, a.ptr, b.ptr, out.size),
  div: (out, a, b) => native.div(out.ptr, a.ptr, b.ptr, out.size),
  scale: (out, a, alpha) => native.scale(out.ptr, a.ptr, out.size, alpha),
  clamp: (out, a, min, max) => native.clamp(out.ptr, a.ptr, out.size, min, max),
  clampBackward: (dx, dout, x, min, max, accumulate) =>
    native.clampBackward(dx.ptr, dout.ptr, x.ptr, dx.size, min, max, Number(accumulate)),
  addNumber: (out, a, value) => native.addNumber(out.ptr, a.ptr, out.size, value),
  addRow: (out, a, row) => native.addRow(out.ptr, a.ptr, row.ptr, out.size / row.size, row.size),
  addScaled: (target, a, alpha) => native.addScaled(target.ptr, a.ptr, target.size, alpha),
  addProduct: (target, a, b) => native.addProduct(target.ptr, a.ptr, b.ptr, target.size),
  copy: (out, a) => native.copy(out.ptr, a.ptr, out.size),
  fill: (out, value) => native.fill(out.ptr, out.size, value),

  softmaxRows: (out, x) => native.softmaxRows(out.ptr, x.ptr, x.shape[0], x.shape[1]),
  softmaxRowsBackward: (dx, dout, p, accumulate) =>
    native.softmaxRowsBackward(dx.ptr, dout.ptr, p.ptr, p.shape[0], p.shape[1], Number(accumulate)),
  pickLogLoss: (rowLoss, p, labels, min) =>
    native.pickLogLoss(rowLoss.ptr, p.ptr, labels.ptr, p.shape[0], p.shape[1], min),
  pickLogLossBackward: (dp, dRow, p, labels, min, accumulate) =>
    native.pickLogLossBackward(dp.ptr, dRow.ptr, p.ptr, labels.ptr, p.shape[0], p.shape[1], min, Number(accumulate)),
  sum: (out, a) => native.sum(out.ptr, a.ptr, a.size),

  sgdStep(p, g, velocity, { lr, momentum, dampening, weight_decay, nesterov }, isFirst) {
    const [v, keep] = [velocity === null ? 0 : velocity.ptr, 1 - dampening];
    native.sgdStep(p.ptr, g.ptr, v, p.size, lr, momentum, keep, weight_decay, Number(nesterov), Number(isFirst));
  },

  gatherTable: (out, rows, index, offset, table) =>
    native.gatherTable(out.ptr, rows.ptr, addressOf(index, offset), table.ptr, out.shape[0], out.size / out.shape[0]),
  gatherRows: (out, rows, index, offset) =>
    native.gatherRows(out.ptr, rows.ptr, addressOf(index, offset), out.shape[0], out.size / out.shape[0]),
  gatherLabels: (out, labels, index, offset) =>
    native.gatherLabels(out.ptr, labels.ptr, addressOf(index, offset), out.size),
};

/** Has `compute` write a product to the target, or to temporary memory that is then added to the target. */
function storeOrAdd(target: F32, accumulate: boolean, compute: (to: number) => void): void {
  if (!accumulate) return compute(target.ptr);
  const before = mark();
  const temporary = allocate(target.size * FLOAT_BYTES);
  compute(temporary);
  native.add(target.ptr, target.ptr, temporary, target.size);
  release(before);
}

/** The address of an element of an int32 operand. */
function addressOf(index: I32, offset: number): number {
  return index.ptr + offset * Int32Array.BYTES_PER_ELEMENT;
}
