/** Arithmetic on tensors, elementwise, with a row, and the matrix product; exponential, logarithm and clamp. */
import { ShapeError } from "../errors.ts";
import type { Kernels } from "../kernels/kernels.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkEqual, type GradientTarget, matrix, type Op, sameShape, shapeText } from "./op.ts";

/** Of ops with one input, which they can overwrite. */
const unary: Pick<Op, "shape" | "inPlace"> = { shape: ([x]) => x, inPlace: true };

/** out = a + b. */
export const add = sumOp("add", 1);

/** out = a − b. */
export const sub = sumOp("sub", -1);

/** out = a · b, elementwise. */
export const mul: Op = {
  name: "mul",
  shape: (inputs) => sameShape("mul", inputs),
  forward: (k, out, [a, b]) => k.mul(out, a, b),
  /** da = dout · b, db = dout · a. */
  backward(k, gradient, _out, [a, b], [da, db]) {
    if (da) contributeProduct(k, da, gradient, b);
    if (db) contributeProduct(k, db, gradient, a);
  },
  backwardReads: { inputs: [0, 1], out: false },
  cases: [{ shapes: [[3, 5], [3, 5]] }],
};

/** out = alpha · a for a number `alpha`. */
export const scale: Op = {
  ...unary,
  name: "scale",
  forward: (k, out, [a], { alpha }: { alpha: number }) => k.scale(out, a, alpha),
  /** da = alpha · dout. */
  backward(k, gradient, _out, _inputs, [da], { alpha }: { alpha: number }) {
    if (da) contribute(k, da, gradient, alpha);
  },
  backwardReads: { inputs: [], out: false },
  cases: [{ shapes: [[4, 3]], settings: () => ({ alpha: -2.5 }) }],
};

/** out = a + row, the row added to every row of a: a `[M, N]`, row `[N]`. */
export const addRow: Op = {
  name: "addRow",
  shape([a, row]) {
    const [, columns] = matrix("addRow", "a", a);
    if (row.length !== 1) throw new ShapeError(`addRow expects a row of rank 1, but found ${shapeText(row)}.`);
    checkEqual("addRow", "the columns of a and the length of the row", columns, row[0], [a, row]);
    return a;
  },
  forward: (k, out, [a, row]) => k.addRow(out, a, row),
  /** da = dout, drow = Σ over the rows of dout. */
  backward(k, gradient, _out, _inputs, [da, drow]) {
    if (da) contribute(k, da, gradient, 1);
    if (drow) k.columnSum(drow.gradient, gradient, drow.accumulate);
  },
  backwardReads: { inputs: [], out: false },
  cases: [{ shapes: [[3, 5], [5]] }, { shapes: [[1, 1], [1]] }],
};

/** C = A·B, torch.matmul of two matrices: A `[M, K]`, B `[K, N]`, C `[M, N]`. */
export const matmul: Op = {
  name: "matmul",
  shape([a, b]) {
    const [rows, inner] = matrix("matmul", "a", a);
    const [innerOfB, columns] = matrix("matmul", "b", b);
    checkEqual("matmul", "the columns of a and the rows of b", inner, innerOfB, [a, b]);
    return [rows, columns];
  },
  forward: (k, out, [a, b]) => k.gemmNn(out, a, b, false),
  /** dA = dC·Bᵀ, dB = Aᵀ·dC. */
  backward(k, gradient, _out, [a, b], [da, db]) {
    if (da) k.gemmNt(da.gradient, gradient, b, null, da.accumulate);
    if (db) k.gemmTn(db.gradient, a, gradient, db.accumulate);
  },
  backwardReads: { inputs: [0, 1], out: false },
  cases: [{ shapes: [[3, 4], [4, 2]] }, { shapes: [[1, 1], [1, 1]] }, { shapes: [[5, 9], [9, 7]] }],
};

function sumOp(name: "add" | "sub", sign: number): Op {
  return {
    name,
    shape: (inputs) => sameShape(name, inputs),
    forward: (k, out, [a, b]) => k[name](out, a, b),
    /** da = dout, db = ± dout. */
    backward(k, gradient, _out, _inputs, [da, db]) {
      if (da) contribute(k, da, gradient, 1);
      if (db) contribute(k, db, gradient, sign);
    },
    backwardReads: { inputs: [], out: false },
    cases: [{ shapes: [[3, 5], [3, 5]] }],
  };
}

/** Stores `alpha · value` in a gradient, or adds it. */
function contribute(k: Kernels, { gradient, accumulate }: GradientTarget, value: Tensor, alpha: number): void {
  if (accumulate) k.addScaled(gradient, value, alpha);
  else k.scale(gradient, value, alpha);
}

/** Stores `a · b`, elementwise, in a gradient, or adds it. */
function contributeProduct(k: Kernels, { gradient, accumulate }: GradientTarget, a: Tensor, b: Tensor): void {
  if (accumulate) k.addProduct(gradient, a, b);
  else k.mul(gradient, a, b);
}

/** out = exp(x). */
export const exp: Op = {
  ...unary,
  name: "exp",
  forward: (k, out, [x]) => k.exp(out, x),
  /** dx = dout · exp(x). */
  backward(k, gradient, out, _inputs, [dx]) {
    if (dx) contributeProduct(k, dx, gradient, out);
  },
  backwardReads: { inputs: [], out: true },
  cases: [{ shapes: [[3, 5]], range: [-2, 2] }],
};

/** out = log(x), the natural logarithm. */
export const log: Op = {
  ...unary,
  name: "log",
  forward: (k, out, [x]) => k.log(out, x),
  /** dx = dout / x. */
  backward(k, gradient, _out, [x], [dx]) {
    if (dx) k.logBackward(dx.gradient, gradient, x, dx.accumulate);
  },
  backwardReads: { inputs: [0], out: false },
  cases: [{ shapes: [[3, 5]], range: [0.5, 3] }],
};

type Bounds = { min: number; max: number };

/** out = min(max(x, min), max), torch.clamp. */
export const clamp: Op = {
  ...unary,
  name: "clamp",
  forward: (k, out, [x], { min, max }: Bounds) => k.clamp(out, x, min, max),
  /** dx = dout where min ≤ x ≤ max, else 0; the bounds are included, as in torch. */
  backward(k, gradient, _out, [x], [dx], { min, max }: Bounds) {
    if (dx) k.clampBackward(dx.gradient, gradient, x, min, max, dx.accumulate);
  },
  backwardReads: { inputs: [0], out: false },
  cases: [
    { shapes: [[4, 5]], range: [-0.9, 0.9], settings: () => ({ min: -1, max: 1 }) },
    { shapes: [[4, 5]], range: [1.5, 3], settings: () => ({ min: -1, max: 1 }) },
  ],
};
