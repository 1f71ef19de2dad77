/** Custom definitions: a layer with an op, and an optimizer, defined outside of core and without a kernel. */
import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { z } from "zod";
import { compile } from "../../core/autograd/program.ts";
import { Recording } from "../../core/autograd/recording.ts";
import { Tape } from "../../core/autograd/tape.ts";
import { plainBackend, wasmBackend } from "../../core/tensor/backend.ts";
import { ShapeError } from "../../core/errors.ts";
import { initializeModel } from "../../core/inits/initialization.ts";
import { linearInit } from "../../core/inits/linear_init.ts";
import { checkModel, parameterCount, parseModel } from "../../core/layers/model_layers.ts";
import { drawsFrom, STATE_SHAPE } from "../../core/layers/layer_draws.ts";
import { defineLayer } from "../../core/layers/layer.ts";
import { makeModel } from "../../core/model/model.ts";
import { elementwiseOp } from "../../pipeline/library/retrace.ts";
import { makeOptimizer } from "../../core/optimizers/make_optimizer.ts";
import { defineOptimizer } from "../../core/optimizers/optimizer.ts";
import { parameterOf, zeroGradients } from "../../core/tensor/parameter.ts";
import { Generator } from "../../core/random/mod.ts";
import { fromArray, scoped, tensor } from "../../core/tensor/tensor.ts";
import { LAYERS } from "./definitions.ts";
import { float32Error, gradientError, subjectOf, TOLERANCE, twice, worstErrorOf } from "./gradient_check.ts";
import { bitsOf } from "./kernels/compare.ts";
import { autogradStep } from "./training_steps.ts";

const tanhOp = elementwiseOp({
  name: "tanh",
  value: Math.tanh,
  slope: (_x, y) => 1 - y * y,
  formula: { forward: "z = tanh x", backward: ["∂x = ∂z · (1 − z²)"] },
  cases: [{ shapes: [[3, 5]], range: [-2, 2] }, { shapes: [[1]] }],
});

const tanh = defineLayer({
  name: "tanh",
  about: "torch.nn.Tanh.",
  source: import.meta.url,
  args: {},
  shape: (input) => input,
  forward: ({ tape, x }) => tape.apply(tanhOp, [x]),
  activation: true,
});

const scaled = defineLayer({
  name: "scaled_when_trained",
  about: "A layer that acts in training only.",
  source: import.meta.url,
  args: { by: { type: "number", default: 2 } },
  shape: (input) => input,
  forward: ({ tape, x, args: { by }, mode }) =>
    mode === "evaluate" ? x : tape.apply(elementwiseOp({ name: "scaled", value: (v) => v * by, slope: () => by }), [x]),
});

const fraction = z.number().min(0).lt(1);

const adam = defineOptimizer({
  name: "adam",
  about: "torch.optim.Adam.",
  source: import.meta.url,
  params: z.strictObject({
    name: z.literal("adam"),
    lr: z.number().positive().default(1e-3),
    betas: z.tuple([fraction, fraction]).default([0.9, 0.999]),
    eps: z.number().nonnegative().default(1e-8),
  }),
  state: () => ["exp_avg", "exp_avg_sq"],
  step({ value, gradient, state, t, params: { lr, betas: [beta1, beta2], eps } }) {
    const [p, g, mean, square] = [value.data, gradient.data, state.exp_avg.data, state.exp_avg_sq.data];
    let [power1, power2] = [1, 1];
    for (let i = 0; i < t; i++) [power1, power2] = [power1 * beta1, power2 * beta2];
    for (let i = 0; i < p.length; i++) {
      mean[i] = beta1 * mean[i] + (1 - beta1) * g[i];
      square[i] = beta2 * square[i] + (1 - beta2) * g[i] * g[i];
      p[i] -= lr * (mean[i] / (1 - power1)) / (Math.sqrt(square[i] / (1 - power2)) + eps);
    }
  },
});

Deno.test("a custom elementwise op passes the gradient check, also when accumulating", () => {
  assertLess(worstErrorOf(tanhOp, [1, 2, 3]), TOLERANCE);
  for (const one of tanhOp.cases) {
    assertLess(scoped(() => gradientError(twice(subjectOf(tanhOp, one, 4)))), TOLERANCE);
    assertLess(scoped(() => float32Error(subjectOf(tanhOp, one, 1))), 5e-7);
  }
  const wrong = elementwiseOp({ name: "wrong", value: Math.tanh, slope: (_x, y) => 1 - y });
  assert(worstErrorOf(wrong, [1]) > 0.01);
});

Deno.test("a custom layer is parsed, checked, recorded and trained like any other, with the plain twins' bits", () => {
  const layers = parseModel(["linear(6,5)", "tanh", "linear(5,3)", "softmax"], [...LAYERS, tanh]);
  checkModel(layers, "probabilities");
  assertEquals(parameterCount(layers), 6 * 5 + 5 + 5 * 3 + 3);
  const bitsBy = (backend: typeof wasmBackend) =>
    scoped(() => {
      const model = makeModel(layers, backend);
      initializeModel(model, linearInit, new Generator(1));
      const step = autogradStep(model, { reduction: "mean", clamp: 0 }, 4);
      new Generator(2).randn(step.x.data);
      const loss = step.run();
      const optimizer = makeOptimizer(adam, adam.params.parse({ name: "adam", lr: 0.1 }), model.parameters, backend);
      optimizer.step();
      zeroGradients(model.parameters);
      assertLess(step.run(), loss);
      return model.parameters.map(({ value }) => bitsOf(value.data));
    });
  assertEquals(bitsBy(wasmBackend), bitsBy(plainBackend));
});

Deno.test("the description of a recording contains the formula of a custom op", () => {
  scoped(() => {
    const recording = new Recording();
    recording.apply(tanhOp, [recording.input(fromArray([1], [1]))]);
    assertEquals(recording.describe().steps[0].formula, tanhOp.formula);
  });
});

Deno.test("a layer can record different operations in evaluation and in training", () => {
  scoped(() => {
    const [layer] = parseModel(["scaled_when_trained(3)"], [scaled]);
    const valueIn = (mode: "train" | "evaluate") => {
      const tape = new Tape();
      return layer.definition.forward({
        tape,
        x: tape.input(fromArray([2], [1])),
        parameters: {},
        args: layer.args,
        mode,
        buffers: {},
        draws: drawsFrom(tape, () => tensor(STATE_SHAPE, "int32")),
      })
        .value.data[0];
    };
    assertEquals([valueIn("train"), valueIn("evaluate")], [6, 2]);
  });
});

Deno.test("an elementwise op is computed in place, with the same bits, if its input is not needed again", () => {
  scoped(() => {
    const recording = new Recording();
    const x = recording.input(fromArray([-1, 0.5, 2], [3]));
    const out = recording.apply(tanhOp, [recording.apply(tanhOp, [x])]);
    const program = compile(recording, wasmBackend, { keep: [out], loss: null });
    program.run();
    assertEquals(program.bytes, 64);
    assertEquals([...out.value.data], [-1, 0.5, 2].map((v) => Math.fround(Math.tanh(Math.fround(Math.tanh(v))))));
  });
});

/** Adam on one parameter in float64, by the formulas of Kingma and Ba. */
function manualAdam(start: number, gradients: readonly number[], lr: number): number[] {
  let [p, m, v] = [start, 0, 0];
  return gradients.map((g, i) => {
    [m, v] = [0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g ** 2];
    return p -= lr * (m / (1 - 0.9 ** (i + 1))) / (Math.sqrt(v / (1 - 0.999 ** (i + 1))) + 1e-8);
  });
}

const GRADIENTS = [0.5, -2, 0.25, 1, 3e-4];

/** Adam on one parameter that starts at 1. */
function makeAdam() {
  const parameter = parameterOf("0.bias", fromArray([1], [1]));
  const optimizer = makeOptimizer(adam, adam.params.parse({ name: "adam", lr: 0.1 }), [parameter]);
  const step = (gradient: number) => {
    parameter.gradient.data[0] = gradient;
    optimizer.step();
    return parameter.value.data[0];
  };
  return { parameter, optimizer, step };
}

Deno.test("a custom optimizer, Adam, follows its formulas step by step", () => {
  scoped(() => {
    const { optimizer, step } = makeAdam();
    assertEquals(optimizer.state.map(({ name }) => name), ["exp_avg.0.bias", "exp_avg_sq.0.bias"]);
    const expected = manualAdam(1, GRADIENTS, 0.1);
    GRADIENTS.map(step).forEach((value, i) => assertLess(Math.abs(value - expected[i]), 1e-6));
  });
});

Deno.test("Adam resumed from its restored state and step count has the bits of one that never stopped", () => {
  scoped(() => {
    const straight = makeAdam();
    const before = GRADIENTS.slice(0, 3).map(straight.step);
    const [resumed, restarted] = [makeAdam(), makeAdam()];
    for (const { parameter, optimizer } of [resumed, restarted]) {
      parameter.value.data[0] = before[2];
      optimizer.state.forEach(({ value }, i) => value.data.set(straight.optimizer.state[i].value.data));
    }
    resumed.optimizer.resume(3);
    const after = GRADIENTS.slice(3).map(straight.step);
    assertEquals(GRADIENTS.slice(3).map(resumed.step), after);
    // Without the step count, the bias correction is that of the first step.
    assert(restarted.step(GRADIENTS[3]) !== after[0]);
  });
});

Deno.test("a custom layer must be passed to the parser, and its shape errors name it", () => {
  assertThrows(() => parseModel(["tanh"], LAYERS), Error, 'found "tanh"');
  const picky = defineLayer({
    ...tanh,
    name: "picky",
    shape() {
      throw new ShapeError("picky accepts nothing.");
    },
  });
  assertThrows(
    () => checkModel(parseModel(["linear(2,2)", "picky", "softmax"], [...LAYERS, picky]), "probabilities"),
    ShapeError,
    "layer 1 picky: picky accepts nothing.",
  );
});
