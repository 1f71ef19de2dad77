/** What ops promise the program about memory: what their backward reads, and what may be written over what. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { kernels } from "../../core/kernels/mod.ts";
import { ops } from "../../core/ops/mod.ts";
import type { GradientTarget, Op } from "../../core/ops/op.ts";
import { scoped, tensor } from "../../core/tensor.ts";
import { bitsOf, Numbers } from "./kernels/compare.ts";
import { dimensions, settingsOf, shapesOf, type Sizes } from "./random_shapes.ts";

/** An op's operands, drawn from a seed, and its value. */
function operandsOf(op: Op, { m, n, k, seed }: Sizes) {
  const numbers = new Numbers(seed);
  const inputs = shapesOf(op, m, n, k).map((shape) => numbers.wild(...shape));
  const settings = settingsOf(op, numbers, m, n);
  const out = tensor(op.shape(inputs.map(({ shape }) => shape), settings));
  op.forward(kernels, out, inputs, settings);
  const targets = inputs.map(({ shape }): GradientTarget => ({
    gradient: tensor(shape),
    accumulate: false,
    descent: null,
  }));
  return { inputs, settings, out, targets, gradient: numbers.wild(...out.shape), rate: numbers.next() };
}

for (const op of ops) {
  Deno.test(`${op.name}'s backward reads only the values that it says it reads`, () => {
    fc.assert(fc.property(dimensions, (sizes) =>
      scoped(() => {
        const { inputs, settings, out, targets, gradient } = operandsOf(op, sizes);
        const run = () => {
          op.backward(kernels, gradient, out, inputs, targets, settings);
          return targets.map((target) => bitsOf(target.gradient.data));
        };
        const expected = run();
        // The numbers of what is not read may have become any others.
        const others = [...inputs.filter((_, i) => !op.backwardReads.inputs.includes(i))];
        if (!op.backwardReads.out) others.push(out);
        for (const { data } of others) data.forEach((value, i) => data[i] = value > 0 ? NaN : 1);
        assertEquals(run(), expected);
      })));
  });
}

for (const op of ops.filter(({ inPlace }) => inPlace)) {
  Deno.test(`${op.name} has the same bits when result and gradient are written over what they come from`, () => {
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

for (const op of ops.filter(({ descends }) => descends)) {
  Deno.test(`${op.name} steps a parameter to the bits of its gradient and the optimizer's step`, () => {
    fc.assert(fc.property(dimensions, (sizes) =>
      scoped(() => {
        const { inputs, settings, out, targets, gradient, rate } = operandsOf(op, sizes);
        op.backward(kernels, gradient, out, inputs, targets, settings);
        const stepped = op.descends!.map((input) => {
          const value = tensor(inputs[input].shape);
          kernels.copy(value, inputs[input]);
          kernels.sgdStep(value, targets[input].gradient, null, rate, 0, 0, 0, false, false);
          return bitsOf(value.data);
        });
        const others = targets.map((target) => bitsOf(target.gradient.data));
        const descending = targets.map((target, i) =>
          op.descends!.includes(i) ? { ...target, descent: { value: inputs[i], rate } } : target
        );
        op.backward(kernels, gradient, out, inputs, descending, settings);
        assertEquals(op.descends!.map((input) => bitsOf(inputs[input].data)), stepped);
        targets.forEach((target, i) => {
          if (!op.descends!.includes(i)) assertEquals(bitsOf(target.gradient.data), others[i]);
        });
      })));
  });
}
