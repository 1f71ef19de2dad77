import { assertEquals } from "@std/assert";
import { reluCurve } from "../../../pipeline/classifier/charts/relu_curve.ts";
import { stepGraphOf } from "../../../pipeline/classifier/charts/step_graph.ts";

const MODEL = ["linear(6,4)", "relu", "linear(4,3)", "softmax"];

Deno.test("stepGraphOf() describes every operation, shape, parameter and gradient of a recorded step", () => {
  const loss = { name: "cross-entropy" as const, reduction: "mean" as const, clamp: 1e-10 };
  const { values, ops } = stepGraphOf({ model: MODEL, loss }, 5);
  assertEquals(ops.map(({ op }) => op), ["linear", "relu", "linear", "softmax", "crossEntropy", "mean"]);
  assertEquals(ops.map(({ output }) => values[output].shape), [[5, 4], [5, 4], [5, 3], [5, 3], [5], [1]]);
  const named = values.filter(({ parameter }) => parameter !== null).map(({ parameter, shape }) => [parameter, shape]);
  assertEquals(named, [["0.weight", [4, 6]], ["0.bias", [4]], ["2.weight", [3, 4]], ["2.bias", [3]]]);
  // All but the images have a gradient.
  assertEquals(values.filter(({ hasGradient }) => !hasGradient).map(({ shape }) => shape), [[5, 6]]);
  for (const [i, { inputs }] of ops.entries()) {
    if (i > 0) assertEquals(inputs[0], ops[i - 1].output, "each operation takes what the one before it puts out");
  }
  assertEquals(ops[0].inputs.map((input) => values[input].parameter), [null, "0.weight", "0.bias"]);
  assertEquals(ops[4].settings, ["labels: uint8 [5]", "clamp: 1e-10"]);
});

Deno.test("stepGraphOf() ends in the loss's own reduction", () => {
  const loss = { name: "cross-entropy" as const, reduction: "sum" as const, clamp: 0 };
  const { ops } = stepGraphOf({ model: ["linear(6,3)", "softmax"], loss }, 1);
  assertEquals(ops.map(({ op }) => op), ["linear", "softmax", "crossEntropy", "sum"]);
});

Deno.test("reluCurve() is max(x, 0) with slope 1 above 0, and 0 elsewhere", () => {
  assertEquals(reluCurve([-2, 0, 0.5, 3]), { x: [-2, 0, 0.5, 3], value: [0, 0, 0.5, 3], derivative: [0, 0, 1, 1] });
});
