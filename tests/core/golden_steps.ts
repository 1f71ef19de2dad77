/** The first 20 steps of the article's five models, for comparison with models_seed0.json. */
import { Tape } from "../../core/autograd/tape.ts";
import { type InitDefinition, initializeModel } from "../../core/inits/init.ts";
import { linearInit } from "../../core/inits/linear_init.ts";
import { randnInit } from "../../core/inits/randn_init.ts";
import { wasm as kernels } from "../../core/kernels/wasm.ts";
import { countClamped, countCorrect } from "../../core/model/metrics.ts";
import { forward, makeModel, type Model } from "../../core/model/model.ts";
import { basic } from "../../core/optimizers/basic.ts";
import { makeOptimizer } from "../../core/optimizers/make_optimizer.ts";
import type { OptimizerDefinition } from "../../core/optimizers/optimizer.ts";
import { sgd } from "../../core/optimizers/sgd.ts";
import { zeroGradients } from "../../core/tensor/parameter.ts";
import { Generator } from "../../core/random/mod.ts";
import { fromArray, scoped, type Tensor } from "../../core/tensor/tensor.ts";
import { layersOf } from "./definitions.ts";
import { golden, type GoldenModel, pickRows } from "./golden.ts";
import { DefaultLoader } from "./random/default_loader.ts";
import { autogradStep, manualStep } from "./training_steps.ts";

export const STEPS = 20;
const BATCH = 64;
const LINEAR = ["linear(784,10)", "softmax"];
const TWO_LAYER = ["linear(784,30)", "relu", "linear(30,10)", "softmax"];
const LOSS = { reduction: "sum", clamp: 1e-10 } as const;

/** PyTorch's results by model name. */
export const MODELS = golden<{ models: Record<string, GoldenModel> }>("models_seed0.json").models;

/** One of the five models, and the prefix of its tensors in models_seed0.safetensors. */
export interface Case {
  kind: string;
  layers: string[];
  init: InitDefinition;
  step: typeof manualStep;
  optimizer: OptimizerDefinition;
  tensors: string;
}

/** The five models. linear_sgd_lr0.001 has the initial weights and the first gradients of linear_basicoptim. */
export const CASES: Case[] = [
  {
    kind: "manual_linear",
    layers: LINEAR,
    init: randnInit,
    step: manualStep,
    optimizer: basic,
    tensors: "randn_linear",
  },
  {
    kind: "autograd_linear",
    layers: LINEAR,
    init: randnInit,
    step: autogradStep,
    optimizer: basic,
    tensors: "randn_linear",
  },
  {
    kind: "linear_basicoptim",
    layers: LINEAR,
    init: linearInit,
    step: autogradStep,
    optimizer: basic,
    tensors: "nn_linear",
  },
  {
    kind: "linear_sgd_lr0.001",
    layers: LINEAR,
    init: linearInit,
    step: autogradStep,
    optimizer: sgd,
    tensors: "nn_linear",
  },
  {
    kind: "two_layer",
    layers: TWO_LAYER,
    init: linearInit,
    step: autogradStep,
    optimizer: sgd,
    tensors: "two_layer",
  },
];

/** The two orders of rows. */
export const ORDERS = ["fixed", "shuffled"] as const;

/** The results of 20 steps. Tensors have PyTorch's layout: the article's randn weights are `[in, out]`. */
export interface Steps {
  order: Int32Array;
  init: Float32Array[];
  testCorrectInit: number;
  probabilities: Float32Array;
  gradients: Float32Array[];
  loss: number[];
  clamped: number[];
  correct: number[];
  parameters: Float32Array[];
  testCorrect: number;
}

const done = new Map<string, Steps>();

/** The 20 steps of a model; computed once. */
export function stepsOf(one: Case, order: typeof ORDERS[number]): Steps {
  const name = `${one.kind} ${order}`;
  const steps = done.get(name) ?? runSteps(one, order);
  done.set(name, steps);
  return steps;
}

function runSteps(
  { kind, layers, init, step: makeStep, optimizer: definition }: Case,
  order: typeof ORDERS[number],
): Steps {
  return scoped(() => {
    const generator = new Generator(0);
    const model = makeModel(layersOf(...layers));
    initializeModel(model, init, generator);
    // The loader draws from the same generator as the parameters, after them.
    const rows = order === "fixed"
      ? Int32Array.from({ length: 60000 }, (_, i) => i)
      : new DefaultLoader(generator, 60000, true).pass().order;
    const data = pickRows(rows.subarray(0, STEPS * BATCH), "train");
    const test = pickRows(Int32Array.from({ length: 10000 }, (_, i) => i), "t10k");
    const index = fromArray(Array.from({ length: STEPS * BATCH }, (_, i) => i), [STEPS * BATCH], "int32");
    const params = definition.params.parse({ name: definition.name, lr: MODELS[kind].lr });
    const optimizer = makeOptimizer(definition, params, model.parameters);
    const step = makeStep(model, LOSS, BATCH);
    const inTorchLayout = (tensors: "value" | "gradient") =>
      model.parameters.map((parameter) => {
        const { data, shape } = parameter[tensors];
        return init === randnInit && shape.length === 2 ? transposed(data, shape) : data.slice();
      });
    const testCorrect = () => countCorrect(predict(model, test.x), test.labels);

    const steps: Steps = {
      order: rows,
      init: inTorchLayout("value"),
      testCorrectInit: testCorrect(),
      probabilities: new Float32Array(),
      gradients: [],
      loss: [],
      clamped: [],
      correct: [],
      parameters: [],
      testCorrect: 0,
    };
    for (let i = 0; i < STEPS; i++) {
      kernels.gatherRows(step.x, data.x, index, i * BATCH);
      kernels.gatherLabels(step.labels, data.labels, index, i * BATCH);
      steps.loss.push(step.run());
      if (i === 0) {
        steps.probabilities = step.probabilities.data.slice();
        steps.gradients = inTorchLayout("gradient");
      }
      steps.clamped.push(countClamped(step.probabilities, step.labels, LOSS.clamp));
      steps.correct.push(countCorrect(step.probabilities, step.labels));
      optimizer.step();
      zeroGradients(model.parameters);
    }
    return { ...steps, parameters: inTorchLayout("value"), testCorrect: testCorrect() };
  });
}

function predict(model: Model, x: Tensor): Tensor {
  const tape = new Tape();
  return forward(model, tape, tape.input(x), "evaluate").value;
}

function transposed(values: Float32Array, [rows, columns]: readonly number[]): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]);
}
