import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Tape } from "../../core/autograd/tape.ts";
import { ShapeError } from "../../core/errors.ts";
import { linearOp } from "../../core/layers/linear.ts";
import { reluOp } from "../../core/layers/relu.ts";
import { softmaxOp } from "../../core/ops/softmax_ops.ts";
import { crossEntropy, crossEntropyOp } from "../../core/losses/cross_entropy.ts";
import { add, clamp, exp, log, mean, mul, scale, sum } from "../../pipeline/library/retrace.ts";
import { parameterOf, zeroGradients } from "../../core/tensor/parameter.ts";
import { fromArray, scoped } from "../../core/tensor/tensor.ts";
import { golden } from "./golden.ts";

function parameter(values: number[]) {
  return parameterOf("p", fromArray(values, [values.length]));
}

Deno.test("backward() computes d(x·x)/dx = 2x for an op with the same input twice", () => {
  scoped(() => {
    const x = parameter([1, -2, 3]);
    const tape = new Tape();
    const node = tape.parameter(x);
    tape.backward(tape.apply(sum, [tape.apply(mul, [node, node])]));
    assertEquals([...x.gradient.data], [2, -4, 6]);
  });
});

Deno.test("describe() lists values and steps in order, with shapes, formulas, parameters and gradients", () => {
  scoped(() => {
    const [x, p] = [fromArray([1, 2], [1, 2]), parameter([3, 4])];
    const tape = new Tape();
    const double = tape.apply(scale, [tape.input(x)], { alpha: 2 });
    tape.apply(sum, [tape.apply(mul, [tape.parameter(p), tape.parameter(p)])]);
    assertEquals(double.gradient, null);
    assertEquals(tape.describe(), {
      values: [
        { shape: [1, 2], parameter: null, hasGradient: false },
        { shape: [1, 2], parameter: null, hasGradient: false },
        { shape: [2], parameter: "p", hasGradient: true },
        { shape: [2], parameter: null, hasGradient: true },
        { shape: [1], parameter: null, hasGradient: true },
      ],
      steps: [
        { op: "scale", formula: null, inputs: [0], output: 1, settings: { alpha: 2 } },
        { op: "mul", formula: null, inputs: [2, 2], output: 3, settings: undefined },
        { op: "sum", formula: sum.formula!, inputs: [3], output: 4, settings: undefined },
      ],
    });
  });
});

Deno.test("backward() adds up the gradients of all paths to a parameter", () => {
  scoped(() => {
    const x = parameter([2]);
    const tape = new Tape();
    const node = tape.parameter(x);
    // x² + 3x + x³: the derivative at 2 is 4 + 3 + 12.
    const square = tape.apply(mul, [node, node]);
    const cube = tape.apply(mul, [square, node]);
    const total = tape.apply(add, [tape.apply(add, [square, tape.apply(scale, [node], { alpha: 3 })]), cube]);
    tape.backward(tape.apply(sum, [total]));
    assertEquals([...x.gradient.data], [19]);
  });
});

Deno.test("backward() adds to the gradient until zeroGradients(), as loss.backward() does in PyTorch", () => {
  scoped(() => {
    const x = parameter([5]);
    const tape = new Tape();
    const loss = tape.apply(sum, [tape.apply(scale, [tape.parameter(x)], { alpha: 3 })]);
    tape.backward(loss);
    tape.backward(loss);
    assertEquals([...x.gradient.data], [6]);
    zeroGradients([x]);
    tape.backward(loss);
    assertEquals([...x.gradient.data], [3]);
  });
});

Deno.test("replay() recomputes values and gradients from changed inputs", () => {
  scoped(() => {
    const x = parameter([3]);
    const input = fromArray([4], [1]);
    const tape = new Tape();
    const loss = tape.apply(sum, [tape.apply(mul, [tape.parameter(x), tape.input(input)])]);
    assertEquals(loss.value.data[0], 12);
    input.data[0] = 7;
    tape.replay();
    tape.backward(loss);
    assertEquals(loss.value.data[0], 21);
    assertEquals([...x.gradient.data], [7]);
  });
});

Deno.test("backward() computes no gradient for inputs", () => {
  scoped(() => {
    const tape = new Tape();
    const node = tape.input(fromArray([1], [1]));
    tape.backward(tape.apply(sum, [node]));
    assertEquals(node.gradient, null);
  });
});

Deno.test("backward() throws a ShapeError if the loss has more than one element", () => {
  scoped(() => {
    const tape = new Tape();
    const node = tape.apply(exp, [tape.parameter(parameter([1, 2]))]);
    assertThrows(() => tape.backward(node), ShapeError, "found the shape [2]");
  });
});

Deno.test("apply() throws a ShapeError if a node belongs to another tape", () => {
  scoped(() => {
    const other = new Tape().input(fromArray([1], [1]));
    assertThrows(() => new Tape().apply(exp, [other]), ShapeError, "another tape");
  });
});

Deno.test("crossEntropy is the article's formula step by step: −Σ log(clamp(softmax(z)))", () => {
  scoped(() => {
    const logits = parameterOf("z", fromArray([1, 2, 0.5, -1, 0, 3], [2, 3]));
    const onehot = fromArray([0, 1, 0, 1, 0, 0], [2, 3]);
    const labels = fromArray([1, 0], [2], "uint8");
    const tape = new Tape();
    const p = tape.apply(softmaxOp, [tape.parameter(logits)]);
    const loss = crossEntropy.record!(tape, p, labels, { reduction: "sum", clamp: 1e-10 });
    tape.backward(loss);
    const [value, gradient] = [loss.value.data[0], [...logits.gradient.data]];

    const long = new Tape();
    zeroGradients([logits]);
    const q = long.apply(softmaxOp, [long.parameter(logits)]);
    const logs = long.apply(log, [long.apply(clamp, [q], { min: 1e-10, max: 1 })]);
    const picked = long.apply(mul, [logs, long.input(onehot)]);
    const longLoss = long.apply(scale, [long.apply(sum, [picked])], { alpha: -1 });
    long.backward(longLoss);
    assertAlmostEquals(longLoss.value.data[0], value, 1e-6);
    gradient.forEach((g, i) => assertAlmostEquals(logits.gradient.data[i], g, 1e-6));
  });
});

Deno.test("mean is sum / n, and so is its gradient", () => {
  scoped(() => {
    const x = parameter([1, 2, 3, 6]);
    const tape = new Tape();
    const loss = tape.apply(mean, [tape.parameter(x)]);
    tape.backward(loss);
    assertEquals(loss.value.data[0], 3);
    assertEquals([...x.gradient.data], [0.25, 0.25, 0.25, 0.25]);
  });
});

Deno.test("linear, softmax and cross-entropy have PyTorch's gradients for the two-layer toy within 2e-6", () => {
  scoped(() => {
    // deno-lint-ignore no-explicit-any -- a golden file's entry.
    const toy = golden<any>("toys.json").two_layer_gradients;
    const matrix = (rows: number[][]) => fromArray(rows.flat(), [rows.length, rows[0].length]);
    const w1 = parameterOf("w1", matrix(toy.w1));
    const b1 = parameterOf("b1", fromArray(toy.b1, [toy.b1.length]));
    const w2 = parameterOf("w2", matrix(toy.w2));
    const b2 = parameterOf("b2", fromArray(toy.b2, [toy.b2.length]));
    const tape = new Tape();
    const hidden = tape.apply(reluOp, [
      tape.apply(linearOp, [tape.input(matrix(toy.x)), tape.parameter(w1), tape.parameter(b1)]),
    ]);
    const p = tape.apply(softmaxOp, [tape.apply(linearOp, [hidden, tape.parameter(w2), tape.parameter(b2)])]);
    const rows = tape.apply(crossEntropyOp, [p], { labels: fromArray(toy.y, [4], "uint8"), clamp: 1e-10 });
    const loss = tape.apply(sum, [rows]);
    tape.backward(loss);
    assertAlmostEquals(loss.value.data[0], toy.loss, 1e-5);
    const pairs: [Float32Array, number[]][] = [
      [w1.gradient.data, toy.g_w1.flat()],
      [b1.gradient.data, toy.g_b1],
      [w2.gradient.data, toy.g_w2.flat()],
      [b2.gradient.data, toy.g_b2],
    ];
    for (const [found, expected] of pairs) {
      expected.forEach((value, i) => assertAlmostEquals(found[i], value, 2e-6 * Math.max(1, Math.abs(value))));
    }
  });
});
