/** Gradients of layers, models and losses against finite differences, and the article's manual gradients against both. */
import { assertEquals, assertGreater, assertLess, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { Tape } from "../../core/autograd/tape.ts";
import type { Recording } from "../../core/autograd/recording.ts";
import { initializeModel } from "../../core/inits/initialization.ts";
import { linearInit } from "../../core/inits/linear_init.ts";
import { randnInit } from "../../core/inits/randn_init.ts";
import { modelSizes } from "../../core/layers/model_shapes.ts";
import { crossEntropy } from "../../core/losses/cross_entropy.ts";
import { manualBackward, manualForward, type ManualStep } from "../../core/model/manual.ts";
import { forward, makeModel } from "../../core/model/model.ts";
import type { Parameter } from "../../core/tensor/parameter.ts";
import { Generator } from "../../core/random/mod.ts";
import { fromArray, scoped } from "../../core/tensor/tensor.ts";
import { layersOf } from "./definitions.ts";
import { doubleBackend } from "./double_backend.ts";
import { differenceAlong, draw, filled, gradientError, type Subject, TOLERANCE } from "./gradient_check.ts";
import { bitsOf } from "./kernels/compare.ts";
import { autogradStep, manualStep, type TrainStep } from "./training_steps.ts";

const ROWS = 5;
const MODELS: Record<string, string[]> = {
  "linear": ["linear(6,4)"],
  "relu after a linear layer": ["linear(6,4)", "relu"],
  "softmax after a linear layer": ["linear(6,4)", "softmax"],
  "the linear classifier": ["linear(9,5)", "softmax"],
  "the two-layer net": ["linear(9,7)", "relu", "linear(7,5)", "softmax"],
  "a net with batch norm": ["linear(9,7)", "relu", "batchnorm1d(7,eps=0.1)", "linear(7,5)", "softmax"],
  "a deep net": ["linear(9,8)", "relu", "linear(8,6)", "relu", "linear(6,6)", "linear(6,5)", "softmax"],
  "a convolutional net": [
    ...["image(1,6,6)", "conv2d(1,2,3,padding=1)", "relu", "maxpool2d(2)", "conv2d(2,4,2,bias=false)", "avgpool2d(2)"],
    ...["flatten", "linear(4,5)", "softmax"],
  ],
  "a convolution of images whose channels are neighbours": ["image(3,2,2,layout=hwc)", "conv2d(3,2,2)"],
};
const LOSSES = [
  { reduction: "sum", clamp: 1e-10 },
  { reduction: "mean", clamp: 1e-10 },
  { reduction: "mean", clamp: 0 },
] as const;

/** A model as a function of its input and its parameters, followed by a loss if one is given. */
function modelSubject(layers: string[], loss?: typeof LOSSES[number]): Subject {
  const generator = new Generator(3);
  const model = makeModel(layersOf(...layers), doubleBackend);
  initializeModel(model, linearInit, generator);
  const columns = modelSizes(model.layers).inFeatures;
  const labels = fromArray(Array.from({ length: ROWS }, (_, i) => i * 2 % 5), [ROWS], "uint8");
  const x = draw(generator, [ROWS, columns], { awayFromZero: 0.1 });
  return {
    inputs: [
      { shape: [ROWS, columns], values: x },
      ...model.parameters.map(({ value }) => ({ shape: value.shape, values: Float32Array.from(value.data) })),
    ],
    record(tape, [input, ...nodes]) {
      // The subject's inputs replace the model's parameters.
      const recording = {
        apply: (...applied: Parameters<Recording["apply"]>) => tape.apply(...applied),
        parameter: ({ name }: Parameter) => nodes[model.parameters.findIndex((one) => one.name === name)],
      };
      const out = forward(model, recording as Recording, input, "train");
      return loss === undefined ? out : crossEntropy.record!(tape, out, labels, { ...loss });
    },
  };
}

for (const [name, layers] of Object.entries(MODELS)) {
  Deno.test(`${name} has the gradient of its forward pass within 1e-9`, () => {
    assertLess(scoped(() => gradientError(modelSubject(layers))), TOLERANCE);
  });
}

for (const loss of LOSSES) {
  Deno.test(`the ${loss.reduction} cross-entropy, clamped at ${loss.clamp}, has its gradient within 1e-9 after a model`, () => {
    assertLess(scoped(() => gradientError(modelSubject(MODELS["the two-layer net"], loss))), TOLERANCE);
  });
}

/** The linear classifier's manual step, in float64. */
function manualInDouble(rows: number, columns: number, classes: number): { step: ManualStep; meanLoss: () => number } {
  const generator = new Generator(rows + columns);
  const { kernels, tensor } = doubleBackend;
  const values = (...shape: number[]) => filled(doubleBackend, shape, draw(generator, shape, {}));
  const step: ManualStep = {
    x: values(rows, columns),
    labels: fromArray(Array.from({ length: rows }, (_, i) => i % classes), [rows], "uint8"),
    weight: values(classes, columns),
    bias: values(classes),
    probabilities: tensor([rows, classes]),
    logitsGradient: tensor([rows, classes]),
    weightGradient: tensor([classes, columns]),
    biasGradient: tensor([classes]),
    rowsPerWeight: filled(doubleBackend, [classes, columns], new Float64Array(classes * columns).fill(rows)),
  };
  const meanLoss = () => {
    manualForward(kernels, step);
    const { labels, probabilities } = step;
    return labels.data.reduce((sum, label, row) => sum - Math.log(probabilities.data[row * classes + label]), 0) / rows;
  };
  return { step, meanLoss };
}

Deno.test("manualBackward() has the gradient of the mean loss within 1e-9", () => {
  scoped(() => {
    const { step, meanLoss } = manualInDouble(6, 7, 4);
    meanLoss();
    manualBackward(doubleBackend.kernels, step);
    for (const [value, gradient] of [[step.weight, step.weightGradient], [step.bias, step.biasGradient]]) {
      const direction = new Float32Array(value.size);
      new Generator(8).randn(direction);
      const along = gradient.data.reduce((sum, g, i) => sum + g * direction[i], 0);
      const difference = differenceAlong(value.data, direction, meanLoss);
      assertGreater(Math.abs(difference), 1e-3);
      assertLess(Math.abs(along / difference - 1), TOLERANCE);
    }
  });
});

/** One step of the linear classifier on the same numbers, with manual or autograd gradients. */
function stepOn(make: typeof manualStep, rows: number, columns: number, classes: number, seed: number): TrainStep & {
  gradients: Float32Array[];
} {
  const generator = new Generator(seed);
  const model = makeModel(layersOf(`linear(${columns},${classes})`, "softmax"));
  initializeModel(model, randnInit, generator);
  const step = make(model, { reduction: "mean", clamp: 0 }, rows);
  generator.randn(step.x.data);
  step.labels.data.forEach((_, i) => step.labels.data[i] = i % classes);
  step.run();
  return { ...step, gradients: model.parameters.map(({ gradient }) => gradient.data) };
}

Deno.test("manual and autograd gradients agree within 3 ulp of 1, times the mean of |x|, for any shape", () => {
  const ulp = 2 ** -23;
  const sizes = fc.integer({ min: 1, max: 33 });
  fc.assert(
    fc.property(
      sizes,
      sizes,
      fc.integer({ min: 2, max: 12 }),
      fc.nat(),
      (rows, columns, classes, seed) =>
        scoped(() => {
          const manual = stepOn(manualStep, rows, columns, classes, seed);
          const autograd = stepOn(autogradStep, rows, columns, classes, seed);
          assertEquals(bitsOf(autograd.output.data), bitsOf(manual.output.data));
          // ∂L/∂z is within ±1, and each of its entries can be rounded differently; a gradient is their mean, times x.
          const x = manual.x.data;
          autograd.gradients[0].forEach((value, at) => {
            const column = at % columns;
            let size = 0;
            for (let row = 0; row < rows; row++) size += Math.abs(x[row * columns + column]) / rows;
            assertLessOrEqual(Math.abs(value - manual.gradients[0][at]), 3 * ulp * Math.max(size, 2 ** -20));
          });
          autograd.gradients[1].forEach((value, at) => {
            assertLessOrEqual(Math.abs(value - manual.gradients[1][at]), 3 * ulp);
          });
        }),
    ),
    { numRuns: 300 },
  );
});

Deno.test("dropout changes nothing in evaluation", () => {
  const outputOf = (...texts: string[]) =>
    scoped(() => {
      const [model, tape] = [makeModel(layersOf(...texts)), new Tape()];
      model.parameters.forEach(({ value }) => value.data.fill(1));
      return Array.from(forward(model, tape, tape.input(fromArray([1, 2], [1, 2])), "evaluate").value.data);
    });
  assertEquals(outputOf("linear(2,3)", "dropout(0.9)"), outputOf("linear(2,3)"));
});
