import { assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { ShapeError } from "../../core/errors.ts";
import { kernels } from "../../core/kernels/mod.ts";
import { ops, relu } from "../../core/ops/mod.ts";
import type { Op } from "../../core/ops/op.ts";
import { gradientError } from "./gradient_check.ts";

const TOLERANCE = 0.002;

for (const op of ops) {
  Deno.test(`${op.name} has the gradient of its forward within ${TOLERANCE}`, () => {
    assertGreater(op.cases.length, 0);
    for (const gradientCase of op.cases) {
      for (const seed of [1, 2, 3]) assertLess(gradientError(op, gradientCase, seed), TOLERANCE);
    }
  });
}

Deno.test("gradientError() is large for a backward that is wrong by a tenth", () => {
  const wrong: Op = {
    ...relu,
    backward(k, gradient, out, inputs, targets, settings) {
      relu.backward(k, gradient, out, inputs, targets, settings);
      for (const target of targets) if (target) kernels.scale(target.gradient, target.gradient, 1.1);
    },
  };
  assertGreater(gradientError(wrong, relu.cases[0], 1), 0.02);
});

Deno.test("gradientError() is large for a backward that forgets an input", () => {
  const addOp = ops.find((op) => op.name === "add")!;
  const forgetful: Op = {
    ...addOp,
    backward: (k, gradient, out, inputs, [a], settings) =>
      addOp.backward(k, gradient, out, inputs, [a, null], settings),
  };
  assertGreater(gradientError(forgetful, addOp.cases[0], 1), 0.1);
});

Deno.test("every op has a name of its own", () => {
  assertEquals(new Set(ops.map((op) => op.name)).size, ops.length);
});

Deno.test("shape rules throw a ShapeError that names both shapes when inputs do not fit", () => {
  const bad: Record<string, number[][]> = {
    linear: [[64, 784], [30, 783], [30]],
    matmul: [[3, 4], [5, 2]],
    add: [[3, 4], [4, 3]],
    sub: [[3], [4]],
    mul: [[2, 2], [2, 3]],
    addRow: [[3, 4], [3]],
  };
  for (const [name, shapes] of Object.entries(bad)) {
    const op = ops.find((op) => op.name === name)!;
    const error = assertThrows(() => op.shape(shapes, {}), ShapeError);
    assertEquals(
      error.message.includes(`[${shapes[0].join(", ")}]`) || error.message.includes(`${shapes[1][0]}`),
      true,
    );
  }
});
