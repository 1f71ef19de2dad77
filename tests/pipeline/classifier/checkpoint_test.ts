import { assert, assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { initializeModel } from "../../../core/inits/initialization.ts";
import { parseModel } from "../../../core/layers/model_layers.ts";
import { makeModel, type Model } from "../../../core/model/model.ts";
import { makeOptimizer } from "../../../core/optimizers/make_optimizer.ts";
import { Generator } from "../../../core/random/mod.ts";
import { scoped } from "../../../core/tensor/tensor.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { decodeSafetensors } from "../../../pipeline/formats/safetensors.ts";
import { encodeModel, encodeOptimizer, modelOf, restore } from "../../../pipeline/classifier/kinds/checkpoint.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { named } from "../../../pipeline/define/library.ts";
import { artifactOf } from "./in_memory.ts";

const LAYERS = ["linear(6,3)", "relu", "linear(3,2)", "softmax"];
const LOSS = { reduction: "sum", clamp: 1e-10 } as const;
const SGD = { name: "sgd", lr: 0.1, momentum: 0.9, dampening: 0, weight_decay: 0, nesterov: false };

/** An optimizer of a model, in the form of an experiment. */
function optimizerOf({ parameters }: Model, params: { name: string } & Record<string, unknown>) {
  return makeOptimizer(named(classifier.optimizers, params.name), params, parameters);
}

function drawnModel(seed: number): Model {
  const model = makeModel(parseModel(LAYERS, classifier.layers));
  initializeModel(model, classifier.inits[0], new Generator(seed));
  return model;
}

function valuesOf(model: Model): number[][] {
  return model.parameters.map(({ value }) => Array.from(value.data));
}

Deno.test("encodeModel() has the names and shapes of torch's state_dict, the model and its loss", () => {
  scoped(() => {
    const { tensors, metadata } = decodeSafetensors(encodeModel(drawnModel(0), LOSS), "checkpoint");
    assertEquals(tensors.map(({ name, shape }) => [name, shape]), [
      ["0.weight", [3, 6]],
      ["0.bias", [3]],
      ["2.weight", [2, 3]],
      ["2.bias", [2]],
    ]);
    assertEquals(JSON.parse(metadata.model), LAYERS);
    assertEquals(JSON.parse(metadata.loss), LOSS);
  });
});

Deno.test("modelOf() and restore() restore the model, its loss and its weights", () => {
  scoped(() => {
    const model = drawnModel(0);
    const checkpoint = artifactOf(encodeModel(model, LOSS));
    const back = modelOf(checkpoint, classifier.layers);
    assertEquals(back.loss, LOSS);
    assertEquals(back.model.layers.map(({ text }) => text), LAYERS);
    assert(valuesOf(back.model).flat().every((value) => value === 0), "modelOf() only allocates memory");
    restore(checkpoint, back.model.parameters);
    assertEquals(valuesOf(back.model), valuesOf(model));
  });
});

Deno.test("encodeModel() has equal bytes for equal weights, and different bytes for others", () => {
  scoped(() => {
    const digestOf = (seed: number) => digestOfBytes(encodeModel(drawnModel(seed), LOSS));
    assertStrictEquals(digestOf(0), digestOf(0));
    assertNotEquals(digestOf(0), digestOf(1));
  });
});

Deno.test("encodeOptimizer() stores one velocity per parameter, and restore() restores it", () => {
  scoped(() => {
    const model = drawnModel(0);
    const optimizer = optimizerOf(model, SGD);
    optimizer.state.forEach(({ value }, i) => value.data.fill(i + 0.5));
    const kept = artifactOf(encodeOptimizer(optimizer.state));
    assertEquals(
      decodeSafetensors(new Uint8Array(kept.bytes()), "optimizer").tensors.map(({ name }) => name),
      ["velocity.0.weight", "velocity.0.bias", "velocity.2.weight", "velocity.2.bias"],
    );
    const next = optimizerOf(model, SGD);
    restore(kept, next.state);
    next.state.forEach(({ value }, i) => assert(value.data.every((number) => number === i + 0.5)));
  });
});

Deno.test("encodeOptimizer() stores nothing for an optimizer without state", () => {
  scoped(() => {
    const model = drawnModel(0);
    for (const params of [{ name: "basic", lr: 0.1 }, { ...SGD, momentum: 0 }]) {
      const { state } = optimizerOf(model, params);
      assertEquals(decodeSafetensors(encodeOptimizer(state), "optimizer").tensors, []);
    }
  });
});

Deno.test("modelOf() states what it expected and found, even if no other part of the schemas is loaded", () => {
  const script = fileURLToPath(new URL("./spoiled_metadata.ts", import.meta.url));
  const { stdout } = new Deno.Command("deno", { args: ["run", "--quiet", "--no-prompt", script] }).outputSync();
  assertEquals(
    new TextDecoder().decode(stdout),
    "checkpoint: model: 0 is not what the stage writes (Invalid input: expected string, received number). " +
      "This run's stages did not write it. To remove what is damaged: deno task cache verify --repair. Then run again.\n",
  );
});
