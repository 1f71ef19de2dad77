/** Properties of ops for any shapes and any numbers: extreme logits, infinities, single rows and columns. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Backend, plainBackend, wasmBackend } from "../../core/tensor/backend.ts";
import { Tape } from "../../core/autograd/tape.ts";
import { ShapeError } from "../../core/errors.ts";
import { softmaxOp } from "../../core/ops/softmax_ops.ts";
import { crossEntropyOp } from "../../core/losses/cross_entropy.ts";
import { argmaxOf } from "../../core/model/metrics.ts";
import { addRow, sum } from "../../pipeline/library/retrace.ts";
import type { Op } from "../../core/ops/op.ts";
import { parameterOf } from "../../core/tensor/parameter.ts";
import { fromArray, scoped, tensor } from "../../core/tensor/tensor.ts";
import { OPS } from "./all_ops.ts";
import { bitsOf, Numbers } from "./kernels/compare.ts";
import { dimensions, settingsOf, shapesOf, type Sizes } from "./random_shapes.ts";

/** The bits of an op's value and gradients. Its inputs are drawn from `seed` and include infinities and NaN. */
function bitsBy(backend: Backend, op: Op, { m, n, k, seed }: Sizes) {
  return scoped(() => {
    const numbers = new Numbers(seed);
    const parameters = shapesOf(op, m, n, k).map((shape, i) => parameterOf(String(i), numbers.wild(...shape), backend));
    const tape = new Tape(backend);
    const nodes = parameters.map((parameter) => tape.parameter(parameter));
    const out = tape.apply(op, nodes, settingsOf(op, numbers, m, n));
    const again = tape.apply(op, nodes, settingsOf(op, numbers, m, n));
    tape.backward(tape.apply(sum, [out]));
    const first = parameters.map(({ gradient }) => bitsOf(gradient.data));
    // A second pass without zeroGradients() accumulates.
    tape.backward(tape.apply(sum, [again]));
    return { out: bitsOf(out.value.data), first, second: parameters.map(({ gradient }) => bitsOf(gradient.data)) };
  });
}

for (const op of OPS) {
  Deno.test(`${op.name} and its gradient have the plain twins' bits for any shape, including NaN and infinities`, () => {
    fc.assert(fc.property(dimensions, (sizes) => {
      assertEquals(bitsBy(wasmBackend, op, sizes), bitsBy(plainBackend, op, sizes));
    }));
  });

  Deno.test(`${op.name} rejects an empty input with a ShapeError`, () => {
    const empty = { "no rows": [0, 3, 2], "no columns": [3, 0, 2] };
    for (const [what, [m, n, k]] of Object.entries(empty)) {
      assertThrows(
        () =>
          scoped(() => {
            const tape = new Tape();
            const inputs = shapesOf(op, m, n, k).map((shape) => tape.input(tensor(shape)));
            tape.apply(op, inputs, settingsOf(op, new Numbers(1), m, n));
          }),
        ShapeError,
        "at least 1",
        what,
      );
    }
  });
}

Deno.test("addRow adds the row to every row, as broadcasting does", () => {
  fc.assert(fc.property(dimensions, ({ m, n, seed }) =>
    scoped(() => {
      const numbers = new Numbers(seed);
      const [a, row] = [numbers.wild(m, n), numbers.wild(n)];
      const tape = new Tape();
      const out = tape.apply(addRow, [tape.input(a), tape.input(row)]).value;
      assertEquals(bitsOf(out.data), bitsOf(a.data.map((value, i) => value + row.data[i % n])));
    })));
});

/** Softmax of one row. */
function softmaxOf(logits: readonly number[]): Float32Array {
  return scoped(() => {
    const tape = new Tape();
    return tape.apply(softmaxOp, [tape.input(fromArray(logits, [1, logits.length]))]).value.data.slice();
  });
}

const logit = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ min: -200, max: 200, noNaN: true }),
  fc.constantFrom(0, -0, 1e-45, 3.4028234663852886e38, -3.4028234663852886e38),
);

Deno.test("softmax returns probabilities that sum to 1 within 4e-6 for any finite logits, even huge ones", () => {
  fc.assert(fc.property(fc.array(logit, { minLength: 1, maxLength: 33 }), (logits) => {
    const p = softmaxOf(logits);
    assert(p.every((value) => value >= 0 && value <= 1), `found ${p}`);
    assert(Math.abs(p.reduce((total, value) => total + value, 0) - 1) <= 4e-6, `found ${p}`);
    // The largest logit has the largest probability.
    assertEquals(p[logits.indexOf(Math.max(...logits))], Math.max(...p));
  }));
});

Deno.test("softmax returns 0 for a logit of -Infinity, and NaN as torch does if the row's largest is infinite or NaN", () => {
  fc.assert(fc.property(fc.array(logit, { minLength: 1, maxLength: 32 }), fc.nat(), (logits, seed) => {
    const at = seed % (logits.length + 1);
    const withOne = (odd: number) => softmaxOf([...logits.slice(0, at), odd, ...logits.slice(at)]);
    assertEquals(withOne(-Infinity)[at], 0);
    assertEquals([...withOne(-Infinity).filter((_, i) => i !== at)].length, logits.length);
    assert(withOne(-Infinity).every((value) => value === value));
    assert(withOne(Infinity)[at] !== withOne(Infinity)[at]);
    assert(withOne(NaN).every((value) => value !== value));
  }));
  assert(softmaxOf([-Infinity, -Infinity]).every((value) => value !== value));
});

Deno.test("cross-entropy after softmax has finite gradients for any finite logits, and none for a clamped row", () => {
  const rows = fc.array(fc.array(logit, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 9 });
  fc.assert(fc.property(rows, fc.nat(3), (logits, label) =>
    scoped(() => {
      const z = parameterOf("z", fromArray(logits.flat(), [logits.length, 4]));
      const labels = fromArray(logits.map(() => label), [logits.length], "uint8");
      const tape = new Tape();
      const p = tape.apply(softmaxOp, [tape.parameter(z)]);
      const loss = tape.apply(sum, [tape.apply(crossEntropyOp, [p], { labels, clamp: 1e-10 })]);
      tape.backward(loss);
      assert(Number.isFinite(loss.value.data[0]));
      logits.forEach((_, row) => {
        const gradient = z.gradient.data.subarray(row * 4, row * 4 + 4);
        assert(gradient.every(Number.isFinite), `found ${gradient}`);
        if (p.value.data[row * 4 + label] < 1e-11) assertEquals([...gradient].map(Math.abs), [0, 0, 0, 0]);
      });
    })));
});

Deno.test("argmaxOf() returns the index of the first largest of any number of equal values, or of the first NaN", () => {
  const values = fc.array(fc.constantFrom(-1, -0, 0, 0.5, 1, NaN), { minLength: 1, maxLength: 33 });
  fc.assert(fc.property(values, fc.nat(), (row, seed) => {
    const start = seed % row.length;
    const part = row.slice(start);
    const nan = part.findIndex(Number.isNaN);
    const expected = nan >= 0 ? nan : part.findIndex((value) => value === Math.max(...part));
    assertEquals(argmaxOf(row, start), expected);
    assertEquals(argmaxOf([...row, 2], start, part.length), expected);
  }));
});
