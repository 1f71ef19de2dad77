/** The kernels compared with PyTorch; see tests/golden/FORMAT.md. */
import { assert, assertEquals } from "@std/assert";
import { plain } from "../../../core/kernels/plain.ts";
import { fromArray, scoped, type Tensor, tensor } from "../../../core/tensor/tensor.ts";
import { bitsOf } from "./compare.ts";
import { COMPILED } from "./implementations.ts";

/** JSON cannot represent NaN and Infinity: golden files have them as strings. */
type GoldenNumber = number | string;

interface Toys {
  softmax: { note: string; input: GoldenNumber[] | GoldenNumber[][]; output: GoldenNumber[] | GoldenNumber[][] }[];
  cross_entropy: { note: string; y: number | number[]; p: GoldenNumber[] | GoldenNumber[][]; loss: GoldenNumber }[];
  minus_log_clamp_gradient: { p: number[]; grad: number[] };
  relu: { x: number[]; y: number[]; grad: number[]; linspace_minus2_2_400_sum: number };
}
const toys: Toys = JSON.parse(Deno.readTextFileSync(new URL("../../golden/toys.json", import.meta.url)));

const numbers = (values: GoldenNumber[] | GoldenNumber[][]): number[] => values.flat().map(Number);

/** A matrix from golden rows, or from one golden row. */
function matrix(values: GoldenNumber[] | GoldenNumber[][]): Tensor {
  const rows = Array.isArray(values[0]) ? values.length : 1;
  const all = numbers(values);
  return fromArray(all, [rows, all.length / rows]);
}

/** The smallest float32 above 0. */
const SMALLEST = 2 ** -149;

/** Asserts equality within `relative`, or of denormal numbers within one unit. */
function assertClose(actual: ArrayLike<number>, expected: number[], relative: number, note: string): void {
  assertEquals(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    assert(
      Math.abs(actual[i] - expected[i]) <= Math.max(Math.abs(expected[i]) * relative, SMALLEST),
      `${note}: [${i}] is ${actual[i]}, expected ${expected[i]}`,
    );
  }
}

for (const [name, kernels] of Object.entries({ ...COMPILED, "plain twin": plain })) {
  Deno.test(`${name}: softmaxRows() is within 1e-5 of the article's softmax in PyTorch`, () => {
    scoped(() => {
      for (const { note, input, output } of toys.softmax) {
        // The article's first version does not subtract the maximum, and exp(100) overflows float32.
        if (numbers(output).includes(NaN)) continue;
        const x = matrix(input);
        const p = tensor(x.shape);
        kernels.softmaxRows(p, x);
        assertClose(p.data, numbers(output), 1e-5, note);
      }
    });
  });

  Deno.test(`${name}: softmaxRows() stays finite where the article's first version overflows`, () => {
    scoped(() => {
      const overflows = toys.softmax.filter(({ output }) => numbers(output).includes(NaN));
      assertEquals(overflows.length, 1);
      const x = matrix(overflows[0].input);
      const p = tensor(x.shape);
      kernels.softmaxRows(p, x);
      assertClose(p.data, [1, Math.exp(-100), Math.exp(-99)], 1e-5, overflows[0].note);
    });
  });

  Deno.test(`${name}: relu() of the article's 400 points from -2 to 2 has PyTorch's sum within 1e-6`, () => {
    scoped(() => {
      const x = fromArray(Array.from({ length: 400 }, (_, i) => -2 + 4 * i / 399), [400]);
      const [out, total] = [tensor([400]), tensor([1])];
      kernels.relu(out, x);
      kernels.sum(total, out);
      assertClose(total.data, [toys.relu.linspace_minus2_2_400_sum], 1e-6, "sum");
    });
  });

  Deno.test(`${name}: pickLogLoss() is within 1e-6 of PyTorch's clamped cross-entropy`, () => {
    scoped(() => {
      for (const { note, y, p, loss } of toys.cross_entropy) {
        const [probabilities, labels] = [matrix(p), [y].flat()];
        const [rows, total] = [tensor([labels.length]), tensor([1])];
        kernels.pickLogLoss(rows, probabilities, fromArray(labels, [labels.length], "uint8"), 1e-10);
        kernels.sum(total, rows);
        assertClose(total.data, [Number(loss)], 1e-6, note);
      }
    });
  });

  Deno.test(`${name}: pickLogLoss() is -0 when p is 1, as in PyTorch`, () => {
    scoped(() => {
      const [row, label] = [tensor([1]), fromArray([0], [1], "uint8")];
      for (const p of [1, 1.0000001192092896]) {
        kernels.pickLogLoss(row, fromArray([p, 0], [1, 2]), label, 1e-10);
        assertEquals(row.data[0], -0);
      }
    });
  });

  Deno.test(`${name}: pickLogLossBackward() has PyTorch's gradient at and around the clamp's bounds`, () => {
    scoped(() => {
      const { p, grad } = toys.minus_log_clamp_gradient;
      const [dRow, dp] = [tensor([p.length]), tensor([p.length, 1])];
      dRow.data.fill(1);
      const labels = tensor([p.length], "uint8");
      kernels.pickLogLossBackward(dp, dRow, fromArray(p, [p.length, 1]), labels, 1e-10, false);
      assertEquals(bitsOf(dp.data), bitsOf(grad.map((value) => value === 0 ? 0 : value)));
    });
  });

  Deno.test(`${name}: relu() and its gradient have PyTorch's bits, including -0`, () => {
    scoped(() => {
      const { x, y, grad } = toys.relu;
      const [input, out, dx, ones] = [
        fromArray(x, [x.length]),
        tensor([x.length]),
        tensor([x.length]),
        tensor([x.length]),
      ];
      ones.data.fill(1);
      kernels.relu(out, input);
      kernels.reluBackward(dx, ones, input, false);
      assertEquals(bitsOf(out.data), bitsOf(y));
      assertEquals(bitsOf(dx.data), bitsOf(grad));
    });
  });
}
