/** The ops that layers and losses are composed of; a layer's own op is in the layer's file. */
export { add, addRow, matmul, mul, scale, sub } from "./arithmetic.ts";
export { type ElementwiseFunction, elementwiseOp } from "./elementwise.ts";
export { clamp, exp, log } from "./arithmetic.ts";
export { mean, sum } from "./reduce.ts";
