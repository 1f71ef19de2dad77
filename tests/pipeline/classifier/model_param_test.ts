/** Sizes of a model by name: they end as the numbers that could have been written. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { readSettings } from "../../../pipeline/experiment/grid.ts";
import { type LoadedExperiment, loadExperiment } from "../../../pipeline/experiment/load.ts";
import { variantsOf } from "../../../pipeline/experiment/variants.ts";
import { withExperiments } from "../experiment/experiments.ts";

const LAYERS = ["linear(784,hidden)", "relu", "linear(in=hidden, out = 10)", "softmax"];
const NUMBERS = ["linear(784,30)", "relu", "linear(in=30, out = 10)", "softmax"];

/** The experiment with this model as it is after loading. */
function loaded(model: unknown): LoadedExperiment["experiment"] {
  const train = { model, optimizer: { name: "sgd", lr: 0.1 }, epochs: 1 };
  const found: LoadedExperiment[] = [];
  withExperiments(({ write }) => {
    found.push(loadExperiment(classifier, write("named.json", { pipeline: { train } }), []));
  });
  return found[0].experiment;
}

Deno.test("a model with named sizes is the experiment that has the numbers, also when it is read again", () => {
  const named = loaded({ layers: LAYERS, hidden: 30 });
  assertEquals(named, loaded(NUMBERS));
  const { model } = named.pipeline.train as { model: unknown };
  assertEquals(model, NUMBERS);
  assertEquals(loaded(model), named);
});

Deno.test("one --set changes a size in all layers, and two-layer's own is no change", () => {
  const { settings } = readSettings(["train.model.hidden=10,30"]);
  const [narrow, own] = variantsOf(classifier, ["experiments/two-layer.json"], settings);
  assertEquals([narrow.runName, own.runName], ["two-layer@train.model.hidden=10", "two-layer"]);
  assertEquals([narrow.choices, own.choices], [{ "train.model.hidden": 10 }, { "train.model.hidden": 30 }]);
  const models = [narrow, own].map(({ experiment }) => (experiment.pipeline.train as { model: string[] }).model);
  assertEquals(models, [
    ["linear(784,10)", "relu", "linear(10,10)", "softmax"],
    ["linear(784,30)", "relu", "linear(30,10)", "softmax"],
  ]);
});

const MISTAKES: [of: string, model: unknown, ...says: string[]][] = [
  [
    "a fraction",
    { layers: LAYERS, hidden: 2.5 },
    "model.hidden: expected an integer",
    '"layers" refers to',
    "found 2.5",
  ],
  ["a text", { layers: LAYERS, hidden: "wide" }, "model.hidden: expected an integer", 'found "wide"'],
  ["0", { layers: LAYERS, hidden: 0 }, "model.hidden: expected a number at least 1, but found 0"],
  ["no layers", { hidden: 30 }, "model.layers: expected a list, but found nothing"],
  ["a layer beside the layers", { layers: LAYERS, hidden: 30, "0": "relu" }, "model.0: expected an integer", '"relu"'],
  ["an unused size", { layers: NUMBERS, hidden: 30 }, "model.hidden: no layer refers to this size"],
  [
    "an unknown size",
    { layers: LAYERS, hiden: 30 },
    'model.layers.0: linear(784,hidden): "out" must be an integer',
    "needs a value beside the layers: the model has hiden",
    "model.hiden: no layer refers to this size",
  ],
  ["a size in a list", LAYERS, "model.0: linear(784,hidden)", '{ "layers": […], "hidden": 30 }'],
  [
    "sizes that do not fit",
    { layers: ["linear(784,a)", "linear(b,10)", "softmax"], a: 3, b: 4 },
    "3 values",
    "takes 4",
  ],
  ["a number for a model", 3, "model: expected a list or an object, but found 3"],
];

for (const [of, model, ...says] of MISTAKES) {
  Deno.test(`a model with ${of} is refused`, () => {
    const { message } = assertThrows(() => loaded(model), ConfigError);
    for (const part of says) assertStringIncludes(message, part);
  });
}
