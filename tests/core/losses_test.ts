/** Losses from logits and from logarithms of probabilities: values, gradients, and the probabilities that outputs mean. */
import { assert, assertEquals, assertLess } from "@std/assert";
import type { Recording } from "../../core/autograd/recording.ts";
import { Tape } from "../../core/autograd/tape.ts";
import { crossEntropyLogits } from "../../core/losses/cross_entropy_logits.ts";
import type { LossDefinition } from "../../core/losses/loss.ts";
import { nll } from "../../core/losses/nll.ts";
import { recordProbabilities } from "../../core/model/probabilities.ts";
import type { ModelOutput } from "../../core/model_output.ts";
import { parameterOf } from "../../core/tensor/parameter.ts";
import { Generator } from "../../core/random/mod.ts";
import { fromArray, scoped } from "../../core/tensor/tensor.ts";
import { draw, gradientError, TOLERANCE } from "./gradient_check.ts";
import { Numbers } from "./kernels/compare.ts";

const [ROWS, CLASSES] = [5, 4];
const labels = () => fromArray([3, 0, 1, 1, 2], [ROWS], "uint8");

const CHOSEN: Record<string, [LossDefinition, Record<string, unknown>]> = {
  "nll, mean": [nll, { reduction: "mean" }],
  "nll, sum": [nll, { reduction: "sum" }],
  "cross-entropy-logits, mean": [crossEntropyLogits, { reduction: "mean", label_smoothing: 0 }],
  "cross-entropy-logits, sum": [crossEntropyLogits, { reduction: "sum", label_smoothing: 0 }],
  "cross-entropy-logits, smoothed, mean": [crossEntropyLogits, { reduction: "mean", label_smoothing: 0.1 }],
  "cross-entropy-logits, smoothed, sum": [crossEntropyLogits, { reduction: "sum", label_smoothing: 0.3 }],
  "cross-entropy-logits, uniform": [crossEntropyLogits, { reduction: "mean", label_smoothing: 1 }],
};

for (const [name, [loss, params]] of Object.entries(CHOSEN)) {
  Deno.test(`${name} has its gradient within 1e-9`, () => {
    const values = draw(new Generator(4), [ROWS, CLASSES], { range: [-2, 2] });
    const error = scoped(() =>
      gradientError({
        inputs: [{ shape: [ROWS, CLASSES], values }],
        record: (tape, [x]) => loss.record!(tape, x, labels(), params),
      })
    );
    assertLess(error, TOLERANCE);
  });
}

/** The smoothed cross-entropy by its definition: the mean of −Σ q log p, where q is mixed of the label and of all classes. */
function smoothed(logits: Float32Array, truth: Uint8Array, smoothing: number): number {
  let total = 0;
  truth.forEach((label, row) => {
    const z = [...logits.subarray(row * CLASSES, (row + 1) * CLASSES)];
    const log = Math.log(z.reduce((sum, one) => sum + Math.exp(one), 0));
    z.forEach((one, c) => total -= (smoothing / CLASSES + (c === label ? 1 - smoothing : 0)) * (one - log));
  });
  return total / truth.length;
}

Deno.test("cross-entropy-logits is the cross-entropy with labels that are smoothed", () => {
  scoped(() => {
    const [x, y] = [new Numbers(3).tensor(ROWS, CLASSES), labels()];
    for (const label_smoothing of [0, 0.1, 0.5, 1]) {
      const tape = new Tape();
      const loss = crossEntropyLogits.record!(tape, tape.input(x), y, { reduction: "mean", label_smoothing });
      assertLess(Math.abs(loss.value.data[0] - smoothed(x.data, y.data, label_smoothing)), 1e-6);
    }
  });
});

Deno.test("logits so large that softmax would be 0 still have a finite loss and a gradient", () => {
  scoped(() => {
    const logits = parameterOf("z", fromArray([1000, -1000, 0, 0], [1, CLASSES]));
    const tape = new Tape();
    const params = { reduction: "mean", label_smoothing: 0 };
    const loss = crossEntropyLogits.record!(tape, tape.parameter(logits), fromArray([1], [1], "uint8"), params);
    tape.backward(loss);
    assertEquals(loss.value.data[0], 2000);
    assertEquals([...logits.gradient.data], [1, -1, 0, 0]);
  });
});

Deno.test("recordProbabilities() makes rows that sum to 1 of logits and logarithms, and leaves other outputs", () => {
  scoped(() => {
    const x = new Numbers(9).tensor(ROWS, CLASSES);
    const of = (kind: ModelOutput, record = (tape: Recording) => tape.input(x)) => {
      const tape = new Tape();
      return recordProbabilities(tape, record(tape), kind).value;
    };
    for (const kind of ["probabilities", "numbers"] as const) assertEquals(of(kind).data, x.data);
    const p = of("logits");
    for (let row = 0; row < ROWS; row++) {
      const sum = p.data.subarray(row * CLASSES, (row + 1) * CLASSES).reduce((all, one) => all + one, 0);
      assert(Math.abs(sum - 1) < 1e-6);
    }
    const logarithms = fromArray(p.data.map(Math.log), [ROWS, CLASSES]);
    const back = of("log-probabilities", (tape) => tape.input(logarithms));
    back.data.forEach((value, i) => assert(Math.abs(value - p.data[i]) < 1e-6));
  });
});
