import { assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { ShapeError } from "../../core/errors.ts";
import type { GradientTarget, Op } from "../../core/ops/op.ts";
import { fromArray, scoped } from "../../core/tensor/tensor.ts";
import { OPS } from "./all_ops.ts";
import { float32Error, gradientError, subjectOf, TOLERANCE, twice, worstErrorOf } from "./gradient_check.ts";

const SEEDS = [1, 2, 3];
/** The relative error of deliberately wrong gradients; the check must measure it to within a tenth. */
const WRONG_BY = 0.0005;

for (const op of OPS) {
  Deno.test(`${op.name} has the gradient of its forward pass within 1e-9`, () => {
    assertGreater(op.cases.length, 0);
    assertLess(worstErrorOf(op, SEEDS), TOLERANCE);
  });

  Deno.test(`${op.name} has the gradient of its forward pass within 1e-9 when accumulating`, () => {
    for (const gradientCase of op.cases) {
      assertLess(scoped(() => gradientError(twice(subjectOf(op, gradientCase, 4)))), TOLERANCE);
    }
  });

  Deno.test(`gradientError() rejects ${op.name} when any one of its gradients is wrong by 0.05 %`, () => {
    for (const gradientCase of op.cases.filter((one) => !isFlat(op, one))) {
      gradientCase.shapes.forEach((_, input) => {
        scoped(() => {
          const error = gradientError(subjectOf(wrongAt(op, input), gradientCase, 1));
          assertGreater(error, 0.9 * WRONG_BY, `input ${input}`);
          assertLess(error, 1.1 * WRONG_BY, `input ${input}`);
        });
      });
    }
  });

  Deno.test(`${op.name} has a float32 gradient within 5e-7 of the float64 one, relative to its largest entry`, () => {
    for (const gradientCase of op.cases) {
      for (const seed of SEEDS) assertLess(scoped(() => float32Error(subjectOf(op, gradientCase, seed))), 5e-7);
    }
  });
}

Deno.test("gradientError() rejects a backward that forgets an input", () => {
  const addOp = OPS.find((op) => op.name === "add")!;
  const forgetful: Op = {
    ...addOp,
    backward: (k, gradient, out, inputs, [a], settings) =>
      addOp.backward(k, gradient, out, inputs, [a, null], settings),
  };
  assertGreater(scoped(() => gradientError(subjectOf(forgetful, addOp.cases[0], 1))), 0.5);
});

Deno.test("gradientError() rejects a gradient that must be 0 but is not", () => {
  const clampOp = OPS.find((op) => op.name === "clamp")!;
  const outside = clampOp.cases.find((one) => isFlat(clampOp, one))!;
  const careless: Op = {
    ...clampOp,
    backward: (k, gradient, _out, _inputs, [dx]) => k.copy(dx!.gradient, gradient),
  };
  assertGreater(scoped(() => gradientError(subjectOf(careless, outside, 1))), 0.1);
});

Deno.test("the names of ops are unique", () => {
  assertEquals(new Set(OPS.map((op) => op.name)).size, OPS.length);
});

Deno.test("shape rules throw a ShapeError that states the shapes if inputs do not match", () => {
  const bad: Record<string, number[][]> = {
    linear: [[64, 784], [30, 783], [30]],
    matmul: [[3, 4], [5, 2]],
    add: [[3, 4], [4, 3]],
    sub: [[3], [4]],
    mul: [[2, 2], [2, 3]],
    addRow: [[3, 4], [3]],
  };
  for (const [name, shapes] of Object.entries(bad)) {
    const op = OPS.find((op) => op.name === name)!;
    const error = assertThrows(() => op.shape(shapes, {}), ShapeError);
    assertEquals(
      error.message.includes(`[${shapes[0].join(", ")}]`) || error.message.includes(`${shapes[1][0]}`),
      true,
    );
  }
});

/** The op with the gradient of one input increased by 0.05 %. */
function wrongAt(op: Op, input: number): Op {
  return {
    ...op,
    backward(k, gradient, out, inputs, targets, settings) {
      op.backward(k, gradient, out, inputs, targets, settings);
      const target: GradientTarget | null = targets[input];
      if (target) k.scale(target.gradient, target.gradient, 1 + WRONG_BY);
    },
  };
}

/** True for the case of clamp outside its bounds: its gradient is 0, so a relative error is impossible. */
function isFlat(op: Op, { settings, range }: Op["cases"][number]): boolean {
  return op.name === "clamp" && range![0] > settings!(fromArray).max;
}
