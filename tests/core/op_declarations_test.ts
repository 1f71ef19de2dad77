/** The declarations of ops that memory planning relies on: the values that backward reads, and those it can overwrite. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { wasm as kernels } from "../../core/kernels/wasm.ts";
import type { GradientTarget, Op } from "../../core/ops/op.ts";
import { scoped, tensor } from "../../core/tensor/tensor.ts";
import { OPS } from "./all_ops.ts";
import { bitsOf, Numbers } from "./kernels/compare.ts";
import { dimensions, settingsOf, shapesOf, type Sizes } from "./random_shapes.ts";

/** An op's operands, drawn from a seed, and its result. */
function operandsOf(op: Op, { m, n, k, seed }: Sizes) {
  const numbers = new Numbers(seed);
  const inputs = shapesOf(op, m, n, k).map((shape) => numbers.wild(...shape));
  const settings = settingsOf(op, numbers, m, n);
  const out = tensor(op.shape(inputs.map(({ shape }) => shape), settings));
  op.forward(kernels, out, inputs, settings);
  const targets = inputs.map(({ shape }): GradientTarget => ({ gradient: tensor(shape), accumulate: false }));
  return { inputs, settings, out, targets, gradient: numbers.wild(...out.shape) };
}

for (const op of OPS) {
  Deno.test(`${op.name}'s backward reads only the values that it declares in backwardReads`, () => {
    fc.assert(fc.property(dimensions, (sizes) =>
      scoped(() => {
        const { inputs, settings, out, targets, gradient } = operandsOf(op, sizes);
        const run = () => {
          op.backward(kernels, gradient, out, inputs, targets, settings);
          return targets.map((target) => bitsOf(target.gradient.data));
        };
        const expected = run();
        // The memory of the other values could have been reused.
        const others = [...inputs.filter((_, i) => !op.backwardReads.inputs.includes(i))];
        if (!op.backwardReads.out) others.push(out);
        for (const { data } of others) data.forEach((value, i) => data[i] = value > 0 ? NaN : 1);
        assertEquals(run(), expected);
      })));
  });
}

for (const op of OPS.filter(({ inPlace }) => inPlace)) {
  Deno.test(`${op.name} has the same bits when its result and gradient overwrite the tensors they are computed from`, () => {
    fc.assert(fc.property(dimensions, (sizes) =>
      scoped(() => {
        const { inputs, settings, out, targets, gradient } = operandsOf(op, sizes);
        op.backward(kernels, gradient, out, inputs, targets, settings);
        const [target] = targets;
        const expected = bitsOf(target.gradient.data);
        const values = bitsOf(out.data);
        const over = { ...target, gradient };
        op.backward(kernels, gradient, out, inputs, [over], settings);
        assertEquals(bitsOf(gradient.data), expected);
        op.forward(kernels, inputs[0], inputs, settings);
        assertEquals(bitsOf(inputs[0].data), values);
      })));
  });
}
