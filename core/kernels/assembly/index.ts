// Everything that kernels.wasm exports, besides its memory. Addresses are bytes; the caller guarantees sizes.
export { gemmNt } from "./gemm_nt";
export { gemmRows } from "./gemm_rows";
export {
  add,
  addNumber,
  addProduct,
  addRow,
  addScaled,
  clamp,
  clampBackward,
  copy,
  div,
  exp,
  fill,
  log,
  logBackward,
  mul,
  relu,
  reluBackward,
  scale,
  sub,
} from "./elementwise";
export { columnSum, pickLogLoss, pickLogLossBackward, softmaxRows, softmaxRowsBackward, sum } from "./loss";
export { sgdStep } from "./sgd";
export { spread } from "./spread";
export { gatherLabels, gatherRows, gatherTable } from "./gather";
