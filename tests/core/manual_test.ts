import { assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { wasm as kernels } from "../../core/kernels/wasm.ts";
import { manualBackward, manualForward } from "../../core/model/manual.ts";
import { makeModel, type Model } from "../../core/model/model.ts";
import { fromArray, scoped, tensor } from "../../core/tensor/tensor.ts";
import { layersOf } from "./definitions.ts";
import { golden } from "./golden.ts";
import { autogradStep, manualStep } from "./training_steps.ts";

interface Toy {
  scale: number;
  x: number[][];
  W: number[][];
  b: number[];
  y: number[];
  probs: number[][];
  n_clamped: number;
  loss: number;
  autograd: { gW: number[][]; gb: number[] };
  manual_f64_divided_by_n: { gW: number[][]; gb: number[] };
}

// deno-lint-ignore no-explicit-any -- field names of a golden file.
const TOYS = golden<{ linear_softmax_gradients: any[] }>("toys.json").linear_softmax_gradients as Toy[];

for (const toy of TOYS) {
  Deno.test(`manual and autograd gradients are PyTorch's for logits of scale ${toy.scale} (${toy.n_clamped} rows clamped)`, () => {
    scoped(() => {
      const manual = step(toy, manualStep);
      const autograd = step(toy, autogradStep);
      const tolerance = 2e-5 * toy.scale;
      compare(manual.model, toy.manual_f64_divided_by_n, tolerance);
      compare(autograd.model, toy.autograd, tolerance);
      assertAlmostEquals(autograd.loss, toy.loss, 1e-5 * toy.loss);
      assertAlmostEquals(manual.loss, toy.loss, 1e-5 * toy.loss);
    });
  });
}

Deno.test("a clamped row has no autograd gradient, but a manual one: the article's stall in one row", () => {
  scoped(() => {
    // Logits 0 and 100: the true class 0 has probability e^-100, far below the clamp.
    const toy = { x: [[1]], W: [[0, 100]], b: [0, 0], y: [0] } as unknown as Toy;
    assertEquals([...step(toy, autogradStep).model.parameters[0].gradient.data], [0, 0]);
    assertEquals([...step(toy, manualStep).model.parameters[0].gradient.data], [-1, 1]);
  });
});

Deno.test("manualBackward() is the gradient of the mean loss where no row is clamped", () => {
  scoped(() => {
    const toy = TOYS[0];
    assertEquals(toy.n_clamped, 0);
    const [manual, autograd] = [step(toy, manualStep).model, step(toy, autogradStep).model];
    manual.parameters.forEach(({ gradient }, i) => {
      gradient.data.forEach((value, j) => {
        assertAlmostEquals(value * toy.x.length, autograd.parameters[i].gradient.data[j], 1e-5);
      });
    });
  });
});

Deno.test("manualForward() computes probabilities that sum to 1", () => {
  scoped(() => {
    const made = {
      x: fromArray([1, 2, 3, 4], [2, 2]),
      labels: fromArray([0, 1], [2], "uint8"),
      weight: fromArray([1, -1, 0.5, 2, 0, 0], [3, 2]),
      bias: fromArray([0, 0.1, 0.2], [3]),
      probabilities: tensor([2, 3]),
      logitsGradient: tensor([2, 3]),
      weightGradient: tensor([3, 2]),
      biasGradient: tensor([3]),
      rowsPerWeight: fromArray([2, 2, 2, 2, 2, 2], [3, 2]),
    };
    manualForward(kernels, made);
    const [a, b, c, d, e, f] = made.probabilities.data;
    assertAlmostEquals(a + b + c, 1, 1e-6);
    assertAlmostEquals(d + e + f, 1, 1e-6);
    manualBackward(kernels, made);
    assertGreater(made.weightGradient.data.filter((value) => value !== 0).length, 0);
  });
});

function step(toy: Toy, make: typeof manualStep): { model: Model; loss: number } {
  const [inFeatures, outFeatures] = [toy.W.length, toy.b.length];
  const model = makeModel(layersOf(`linear(${inFeatures},${outFeatures})`, "softmax"));
  const [weight, bias] = model.parameters;
  toy.W.forEach((row, i) => row.forEach((value, o) => weight.value.data[o * inFeatures + i] = value));
  bias.value.data.set(toy.b);
  const made = make(model, { reduction: "sum", clamp: 1e-10 }, toy.x.length);
  made.x.data.set(toy.x.flat());
  made.labels.data.set(toy.y);
  return { model, loss: made.run() };
}

/** Golden weights are `[in, out]`. */
function compare(model: Model, expected: { gW: number[][]; gb: number[] }, tolerance: number): void {
  const [weight, bias] = model.parameters;
  const inFeatures = expected.gW.length;
  expected.gW.forEach((row, i) =>
    row.forEach((value, o) => {
      assertAlmostEquals(weight.gradient.data[o * inFeatures + i], value, tolerance * Math.max(1, Math.abs(value)));
    })
  );
  expected.gb.forEach((value, o) =>
    assertAlmostEquals(bias.gradient.data[o], value, tolerance * Math.max(1, Math.abs(value)))
  );
}
