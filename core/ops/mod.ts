/** The table of contents: every operation that the tape can record. */
import { add, addRow, mul, scale, sub } from "./arithmetic.ts";
import { crossEntropy } from "./cross_entropy.ts";
import { clamp, exp, log } from "./exponential.ts";
import { linear } from "./linear.ts";
import { matmul } from "./matmul.ts";
import type { Op } from "./op.ts";
import { mean, sum } from "./reduce.ts";
import { relu } from "./relu.ts";
import { softmax } from "./softmax.ts";

export { add, addRow, clamp, crossEntropy, exp, linear, log, matmul, mean, mul, relu, scale, softmax, sub, sum };

/** All ops; the gradient check visits each of them. */
export const ops: readonly Op[] = [
  linear,
  matmul,
  add,
  sub,
  mul,
  scale,
  addRow,
  relu,
  softmax,
  exp,
  log,
  clamp,
  crossEntropy,
  sum,
  mean,
];
