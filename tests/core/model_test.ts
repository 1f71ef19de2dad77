import { assert, assertEquals, assertNotEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Tape } from "../../core/autograd/tape.ts";
import { FormatError, ShapeError } from "../../core/errors.ts";
import { initializeModel } from "../../core/inits/initialization.ts";
import { linearInit } from "../../core/inits/linear_init.ts";
import { randnInit } from "../../core/inits/randn_init.ts";
import {
  checkModel,
  exampleShapes,
  modelSizes,
  parameterCount,
  parseLayer,
  parseModel,
} from "../../core/layers/model_layers.ts";
import { defineLayer } from "../../core/layers/layer.ts";
import { linear } from "../../core/layers/linear.ts";
import { logSoftmax, softmax } from "../../core/layers/softmax.ts";
import { relu } from "../../core/layers/relu.ts";
import type { ModelOutput } from "../../core/model_output.ts";
import { forward, makeModel } from "../../core/model/model.ts";
import { Generator } from "../../core/random/mod.ts";
import { fromArray, scoped } from "../../core/tensor/tensor.ts";
import { classifier } from "../../pipeline/classifier/pipeline.ts";
import { LAYERS, layersOf } from "./definitions.ts";

/** A layer with every type of argument. */
const many = defineLayer({
  name: "many",
  about: "For tests.",
  source: import.meta.url,
  args: {
    size: { type: "integer", min: 1, max: 9 },
    p: { type: "number", min: 0, below: 1, default: 0.5 },
    bias: { type: "boolean", default: true },
    padding: { type: "word", values: ["zeros", "reflect"], default: "zeros" },
  },
  shape: (input) => input,
  forward: ({ x }) => x,
});

/** A layer that halves images [H, W], and accepts nothing else. */
const halve = defineLayer({
  name: "halve",
  about: "For tests.",
  source: import.meta.url,
  args: {},
  shape(input) {
    if (input.length !== 2) throw new ShapeError("halve takes images [H, W].");
    return input.map((size) => size / 2);
  },
  forward: ({ x }) => x,
});

/** A layer that takes images of 4 by 4. */
const square = defineLayer({
  name: "square",
  about: "For tests.",
  source: import.meta.url,
  args: {},
  takes: () => [4, 4],
  shape: (input) => input,
  forward: ({ x }) => x,
});

const ALL = [...LAYERS, many, halve, square];
const check = (...texts: string[]) => checkModel(texts.map((text) => parseLayer(text, ALL)), "probabilities");

Deno.test("parseLayer() reads every layer, and returns its canonical text", () => {
  for (const text of ["linear(784,30)", "relu", "softmax"]) assertEquals(parseLayer(text, ALL).text, text);
  const { definition, args, text } = parseLayer(" linear( 3 , 4 ) ", ALL);
  assertEquals([definition, args, text], [linear, { in: 3, out: 4, bias: true }, "linear(3,4)"]);
  assertEquals(parseLayer("linear(3,4,false)", ALL).text, "linear(3,4,bias=false)");
  assertEquals(parseLayer("relu()", ALL).text, "relu");
});

Deno.test("parseLayer() accepts arguments by position and by name, and fills in defaults", () => {
  const expected = { size: 3, p: 0.5, bias: true, padding: "zeros" };
  assertEquals(parseLayer("many(3)", ALL).args, expected);
  assertEquals(parseLayer("many(3, .25, padding=reflect)", ALL).args, { ...expected, p: 0.25, padding: "reflect" });
  assertEquals(parseLayer("many(bias = false, size = 3, p=1e-3)", ALL).args, { ...expected, p: 1e-3, bias: false });
});

Deno.test("a canonical text leaves out what equals its default, names what follows, and reads as the same layer", () => {
  const texts: Record<string, string> = {
    "many(3)": "many(3)",
    "many(3,0.5,true,zeros)": "many(3)",
    "many(3,.25,true,reflect)": "many(3,0.25,padding=reflect)",
    "many(3,bias=false)": "many(3,bias=false)",
    "many(padding=reflect,bias=false,size=3)": "many(3,bias=false,padding=reflect)",
    "many(7,1e-7,false,reflect)": "many(7,1e-7,bias=false,padding=reflect)",
  };
  for (const [given, text] of Object.entries(texts)) {
    const layer = parseLayer(given, ALL);
    assertEquals(layer.text, text);
    assertEquals(parseLayer(text, ALL), layer);
  }
});

Deno.test("parseLayer() reports the wrong argument, its valid values, and the syntax of the layer", () => {
  const cases: Record<string, string[]> = {
    "linear": ['"in" is missing', "Write linear(in,out,bias=true)"],
    "linear(3)": ['linear(3): "out" is missing'],
    "linear(3,4,5)": ['"bias" must be true or false, but is "5"'],
    "linear(3,4,true,5)": ["too many arguments", "linear(in,out,bias=true)"],
    "linear(0,4)": ['"in" must be an integer of at least 1, but is "0"'],
    "linear(a,b)": ['"in" must be an integer', 'but is "a"'],
    "linear(-1,2)": ['but is "-1"'],
    "linear(3.5,2)": ['but is "3.5"'],
    "linear(9007199254740993,2)": ["an integer of at least 1 and at most 9007199254740991,"],
    "linear(,2)": ['but is ""'],
    "linear(3,width=4)": ['there is no argument "width"'],
    "linear(3,in=4)": ['"in" is given twice'],
    "linear(3,__proto__=4)": ['there is no argument "__proto__"'],
    "relu(1)": ["too many arguments", "Write relu."],
    "many(10)": ['"size" must be an integer of at least 1 and at most 9'],
    "many(1,1)": ['"p" must be a number of at least 0 and below 1', "Write many(size,p=0.5,bias=true,padding=zeros)"],
    "many(1,1e999)": ['"p" must be'],
    "many(1,0.5,yes)": ['"bias" must be true or false'],
    "many(1,0.5,true,wrap)": ['"padding" must be one of zeros, reflect'],
  };
  for (const [text, expected] of Object.entries(cases)) {
    const { message } = assertThrows(() => parseLayer(text, ALL), FormatError);
    for (const part of expected) assertStringIncludes(message, part);
  }
});

Deno.test("parseLayer() lists the available layers if the text is not one of them", () => {
  for (const text of ["tanh", "", "3", "linear(3", "linear(3,4))", "relu relu", "relu, softmax"]) {
    const { message } = assertThrows(() => parseLayer(text, [linear, relu, softmax]), FormatError);
    assertEquals(
      message,
      `Expected one of the layers "linear(in,out,bias=true)", "relu", "softmax", but found ${JSON.stringify(text)}.`,
    );
  }
  const { message } = assertThrows(() => parseLayer("Linear(3,4)", [relu, linear]), FormatError);
  assertEquals(message, 'Expected the layer "linear(in,out,bias=true)", but found "Linear(3,4)".');
});

Deno.test("checkModel() names the two layers whose sizes do not fit", () => {
  const { message } = assertThrows(() => check("linear(784,30)", "relu", "linear(31,10)", "softmax"), ShapeError);
  assertStringIncludes(message, "layer 0 linear(784,30) outputs 30 values, but layer 2 linear(31,10) takes 31 values");
  assertThrows(
    () => check("square", "halve", "linear(16,2)", "softmax"),
    ShapeError,
    "layer 1 halve outputs values of shape [2, 2], but layer 2 linear(16,2) takes 16 values. Put flatten before it, " +
      "which outputs 4 values.",
  );
});

Deno.test("checkModel() names the layer that does not accept its input", () => {
  assertThrows(() => check("linear(4,2)", "halve", "softmax"), ShapeError, "layer 1 halve: halve takes images [H, W].");
  for (const { shape } of [softmax, logSoftmax]) {
    assertThrows(() => shape([2, 3], {}), ShapeError, "but its input has the shape [2, 3]. Put flatten before it.");
  }
});

Deno.test("checkModel() refuses images as a model's output", () => {
  const advice = "layer 1 conv2d(1,3,2) outputs values of shape [3, 1, 1], but a model outputs a row of values. Put " +
    "flatten after it, which outputs 3 values.";
  const layers = ["image(1,2,2)", "conv2d(1,3,2)"].map((text) => parseLayer(text, classifier.layers));
  for (const takes of ["logits", "numbers"] as const) assertThrows(() => checkModel(layers, takes), ShapeError, advice);
});

Deno.test("layers of images say what they take, what they got, and what would fit", () => {
  const cases: [model: string[], says: string][] = [
    [
      ["conv2d(1,6,5)", "linear(784,9)"],
      "layer 0 conv2d(1,6,5): it takes images [channels, height, width], but its input has the shape [784]. Put image(1,28,28) before it.",
    ],
    [
      ["linear(9,7)", "conv2d(1,6,5)"],
      "layer 1 conv2d(1,6,5): it takes images [channels, height, width], but its input has the shape [7]. Put image(1,height,width) before it.",
    ],
    [
      ["image(3,8,8)", "conv2d(1,6,5,padding=1)"],
      "layer 1 conv2d(1,6,5,padding=1): it takes images of 1 channel, but its input has 3 (shape [3, 8, 8]). Make the first argument 3.",
    ],
    [
      ["image(1,3,8)", "conv2d(1,6,5)"],
      "layer 1 conv2d(1,6,5): its kernel of 5 × 5 is larger than the images of 3 × 8 with padding 0. Make it at most 3, or the padding at least 1.",
    ],
    [
      ["image(1,3,8)", "maxpool2d(4)", "flatten", "linear(2,2)"],
      "layer 1 maxpool2d(4): its windows of 4 × 4 are larger than the images of 3 × 8. Make them at most 3.",
    ],
    [
      ["image(1,3,8)", "batchnorm2d(2)"],
      "layer 1 batchnorm2d(2): it takes images [2, height, width], but its input has the shape [1, 3, 8]. Write batchnorm2d(1).",
    ],
    [
      ["batchnorm2d(2)", "linear(4,2)"],
      "it takes images [2, height, width], but its input has the shape [4]. Put it after a convolution, or image",
    ],
    [
      ["avgpool2d(2)", "linear(4,2)"],
      "layer 0 avgpool2d(2): it takes images [channels, height, width], but its input has the shape [4].",
    ],
    [
      ["image(1,4,4)", "maxpool2d(2)", "linear(5,2)"],
      "outputs values of shape [1, 2, 2], but layer 2 linear(5,2) takes 5 values. Put flatten before it, which outputs 4 values.",
    ],
  ];
  for (const [model, says] of cases) {
    const { message } = assertThrows(() => check(...model, "linear(1,1)", "softmax"), ShapeError);
    assertStringIncludes(message, says);
  }
});

Deno.test("the shapes of images after convolutions and pooling are PyTorch's", () => {
  const shapes = (...texts: string[]) => exampleShapes(layersOf(...texts)).slice(1);
  assertEquals(
    shapes("image(1,28,28)", "conv2d(1,6,5,padding=2)", "maxpool2d(2)", "conv2d(6,16,5)", "avgpool2d(3)", "flatten"),
    [[1, 28, 28], [6, 28, 28], [6, 14, 14], [16, 10, 10], [16, 3, 3], [144]],
  );
  assertEquals(shapes("image(2,7,5)", "conv2d(2,3,3,stride=4)"), [[2, 7, 5], [3, 2, 1]]);
});

Deno.test("checkModel() rejects models without parameters, without an input size, without softmax, or with softmax inside", () => {
  assertThrows(() => checkModel([], "probabilities"), ShapeError, "no linear layer");
  assertThrows(() => check("relu", "softmax"), ShapeError, "no linear layer");
  assertThrows(() => check("linear(4,2)"), ShapeError, "the last layer must be softmax");
  assertThrows(
    () => check("linear(4,2)", "softmax", "linear(2,2)", "softmax"),
    ShapeError,
    "layer 1 softmax outputs probabilities, so it must be the last layer",
  );
  const scale = defineLayer({ ...halve, name: "scale", parameters: () => ({}) });
  assertThrows(
    () => checkModel([{ definition: scale, args: {}, text: "scale" }], "probabilities"),
    ShapeError,
    "No layer determines the size",
  );
});

Deno.test("checkModel() says which layer is missing or too many for what the loss takes, and which loss would fit", () => {
  const problemOf = (takes: ModelOutput, ...last: string[]) => {
    const layers = parseModel(["linear(4,2)", ...last], classifier.layers);
    return assertThrows(() => checkModel(layers, takes), ShapeError).message;
  };
  const logits =
    'set the loss to { "name": "cross-entropy-logits" }; to predict numbers, to { "name": "mean-squared-error" }.';
  assertStringIncludes(
    problemOf("probabilities"),
    `must be softmax or another layer that outputs them, but is linear(4,2).`,
  );
  assertStringIncludes(problemOf("probabilities"), `For a model that outputs logits, ${logits}`);
  assertStringIncludes(problemOf("log-probabilities"), `must be log-softmax or another layer`);
  assertStringIncludes(problemOf("log-probabilities", "softmax"), 'set the loss to { "name": "cross-entropy" }.');
  assertStringIncludes(problemOf("probabilities", "log-softmax"), 'set the loss to { "name": "nll" }.');
  assertEquals(
    problemOf("logits", "softmax"),
    "The loss takes logits, but the last layer softmax outputs probabilities. Remove it, or set the loss to " +
      '{ "name": "cross-entropy" }.',
  );
  assertStringIncludes(problemOf("logits", "log-softmax", "relu"), "layer 1 log-softmax outputs log-probabilities, so");
  for (
    const [takes, ...last] of [["logits"], ["logits", "relu"], ["numbers", "tanh"], [
      "log-probabilities",
      "log-softmax",
    ]]
  ) {
    checkModel(parseModel(["linear(4,2)", ...last], classifier.layers), takes as ModelOutput);
  }
});

Deno.test("a linear layer without bias has one parameter, and computes what one with a bias of 0 does", () => {
  scoped(() => {
    const [without, zero] = [makeModel(layersOf("linear(5,3,bias=false)")), makeModel(layersOf("linear(5,3)"))];
    assertEquals(without.parameters.map(({ name }) => name), ["0.weight"]);
    initializeModel(without, linearInit, new Generator(1));
    zero.parameters[0].value.data.set(without.parameters[0].value.data);
    const x = fromArray(Array.from({ length: 10 }, (_, i) => i / 7), [2, 5]);
    const outputs = [without, zero].map((model) => {
      const tape = new Tape();
      return Array.from(forward(model, tape, tape.input(x), "train").value.data);
    });
    assertEquals(outputs[0], outputs[1]);
  });
});

Deno.test("checkModel() accepts any depth and width, and layers without a size before the first with one", () => {
  check("linear(784,128)", "relu", "linear(128,64)", "relu", "linear(64,10)", "softmax");
  check("relu", "linear(4,2)", "softmax");
});

Deno.test("modelSizes() and parameterCount() follow from the layers' shapes", () => {
  const layers = layersOf("relu", "linear(5,3)", "linear(3,2)", "softmax");
  assertEquals(modelSizes(layers), { inFeatures: 5, classes: 2 });
  assertEquals(parameterCount(layers), 5 * 3 + 3 + 3 * 2 + 2);
  assertEquals(parameterCount(layersOf("linear(784,30)", "relu", "linear(30,10)", "softmax")), 23860);
});

Deno.test("parameters are named as in torch's state_dict, also after ten layers", () => {
  scoped(() => {
    const model = makeModel(layersOf("linear(4,3)", "relu", "linear(3,2)", "softmax"));
    assertEquals(model.parameters.map(({ name }) => name), ["0.weight", "0.bias", "2.weight", "2.bias"]);
    assertEquals(model.parameters.map(({ value }) => value.shape), [[3, 4], [3], [2, 3], [2]]);
    const deep = makeModel(layersOf(...Array.from({ length: 11 }, () => "linear(1,1)")));
    assertEquals(deep.parameters[21].name, "10.bias");
  });
});

Deno.test("linear's bounds are torch's float64: √3 · (gain / √in) for the weight, 1 / √in for the bias", () => {
  // math.sqrt(3) * (math.sqrt(2 / (1 + math.sqrt(5) ** 2)) / math.sqrt(n)) in Python.
  const expected = { 784: 0.03571428571428571, 30: 0.18257418583505536, 1: 0.9999999999999999 };
  for (const [size, bound] of Object.entries(expected)) {
    const { weight, bias } = linear.parameters!([Number(size)], { in: Number(size), out: 2, bias: true });
    assertEquals([weight.draw, bias.draw], [{ uniform: bound }, { uniform: 1 / Math.sqrt(Number(size)) }]);
  }
});

Deno.test("initializeModel() draws the same weights from the same seed, and different ones from a different seed", () => {
  scoped(() => {
    const weights = (seed: number) => {
      const model = makeModel(layersOf("linear(20,3)", "softmax"));
      initializeModel(model, linearInit, new Generator(seed));
      return model.parameters.map(({ value }) => [...value.data]);
    };
    assertEquals(weights(7), weights(7));
    assertNotEquals(weights(7), weights(8));
  });
});

Deno.test("randn draws matrices as [in, out], and both initializations leave constants constant", () => {
  const spec = { shape: [2, 3], draw: { uniform: 1 } };
  const [drawn, values] = [new Float32Array(6), new Float32Array(6)];
  new Generator(3).randn(drawn);
  randnInit.draw({ spec, values }, new Generator(3));
  assertEquals([...values], [0, 2, 4, 1, 3, 5].map((i) => drawn[i]));
  for (const init of [linearInit, randnInit]) {
    init.draw({ spec: { shape: [6], draw: { constant: 1 } }, values }, new Generator(3));
    assert(values.every((value) => value === 1));
  }
});
