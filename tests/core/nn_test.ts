import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { FormatError, ShapeError } from "../../core/errors.ts";
import { checkModel, layerText, modelSizes, parseLayer } from "../../core/layers.ts";
import { initialize } from "../../core/init.ts";
import { makeSequential } from "../../core/nn.ts";
import { Generator } from "../../core/random/mod.ts";
import { scoped } from "../../core/tensor.ts";

const specs = (...layers: string[]) => layers.map(parseLayer);

Deno.test("parseLayer() reads every kind of layer, and layerText() writes it back", () => {
  for (const text of ["linear(784,30)", "relu", "softmax"]) assertEquals(layerText(parseLayer(text)), text);
  assertEquals(parseLayer(" linear( 3 , 4 ) "), { kind: "linear", inFeatures: 3, outFeatures: 4 });
});

Deno.test("parseLayer() throws a FormatError for anything else", () => {
  for (
    const text of ["linear", "linear(3)", "linear(3,4,5)", "linear(0,4)", "linear(a,b)", "tanh", "", "linear(-1,2)"]
  ) {
    assertThrows(() => parseLayer(text), FormatError);
  }
});

Deno.test("checkModel() names the two layers whose sizes do not fit", () => {
  const error = assertThrows(() => checkModel(specs("linear(784,30)", "relu", "linear(31,10)", "softmax")), ShapeError);
  assertStringIncludes(error.message, "layer 0 linear(784,30) puts out 30 values");
  assertStringIncludes(error.message, "layer 2 linear(31,10) takes 31");
});

Deno.test("checkModel() refuses models without a linear layer, without softmax, or with softmax inside", () => {
  assertThrows(() => checkModel(specs("relu", "softmax")), ShapeError, "no linear layer");
  assertThrows(() => checkModel(specs("linear(4,2)")), ShapeError, "must be softmax");
  assertThrows(
    () => checkModel(specs("linear(4,2)", "softmax", "linear(2,2)", "softmax")),
    ShapeError,
    "must be the last",
  );
});

Deno.test("checkModel() takes any depth and width", () => {
  checkModel(specs("linear(784,128)", "relu", "linear(128,64)", "relu", "linear(64,10)", "softmax"));
  assertEquals(modelSizes(specs("linear(5,3)", "linear(3,2)", "softmax")), { inFeatures: 5, classes: 2 });
});

Deno.test("initialize() draws the same weights from the same seed, others from another", () => {
  scoped(() => {
    const weights = (seed: number) => {
      const model = makeSequential(specs("linear(20,3)", "softmax"));
      initialize(model, "linear", new Generator(seed));
      return model.parameters.map(({ value }) => [...value.data]);
    };
    assertEquals(weights(7), weights(7));
    assertEquals(JSON.stringify(weights(7)) === JSON.stringify(weights(8)), false);
  });
});

Deno.test("parameters are named as in torch's state_dict", () => {
  scoped(() => {
    const model = makeSequential(specs("linear(4,3)", "relu", "linear(3,2)", "softmax"));
    assertEquals(model.parameters.map(({ name }) => name), ["0.weight", "0.bias", "2.weight", "2.bias"]);
    assertEquals(model.parameters.map(({ value }) => value.shape), [[3, 4], [3], [2, 3], [2]]);
  });
});
