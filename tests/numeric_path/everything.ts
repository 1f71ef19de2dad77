/**
 * Everything that makes numbers, on a small dataset: draws, training with each gradient and optimizer, evaluation, and
 * the files. Prints "done". Not a test itself; `--call NAME` calls a forbidden function instead, to show that it is.
 */
import { Generator } from "../../core/random/mod.ts";
import { initializeModel } from "../../core/inits/initialization.ts";
import { parseModel } from "../../core/layers/model_layers.ts";
import { makeModel } from "../../core/model/model.ts";
import { encodeModel } from "../../pipeline/classifier/kinds/checkpoint.ts";
import { classifier } from "../../pipeline/classifier/pipeline.ts";
import { scoped } from "../../core/tensor/tensor.ts";
import { normalize } from "../../pipeline/classifier/stages/normalize.ts";
import { train } from "../../pipeline/classifier/stages/train.ts";
import { validate } from "../../pipeline/classifier/stages/validate.ts";
import { runFold, runPlain } from "../pipeline/classifier/in_memory.ts";
import { asFloats, mnist } from "../pipeline/classifier/mnist.ts";
import { prepare, smallParams, trainInputs, validateInputs } from "../pipeline/classifier/training.ts";

const [flag, name] = Deno.args;
if (flag === "--call") (Math as unknown as Record<string, (x: number) => number>)[name](0.5);

const generator = new Generator(1);
for (const size of [1, 5, 15, 16, 17, 7840]) {
  const out = new Float32Array(size);
  generator.randn(out);
  generator.rand(out);
  generator.uniform(out, -1, 1);
}
generator.randomInt64();
generator.randperm(1000);

scoped(() => {
  const model = makeModel(parseModel(["linear(20,3)", "softmax"], classifier.layers));
  for (const init of classifier.inits) initializeModel(model, init, generator);
  encodeModel(model, { reduction: "sum", clamp: 1e-10 });
});

for (const data of [mnist(100, 50), asFloats(mnist(100, 50))]) {
  await runPlain(normalize, {}, data);
  const prepared = await prepare(data);
  const inputs = await trainInputs(prepared, { size: 30, seed: 2 });
  const trainings = [
    smallParams(),
    smallParams({ optimizer: { name: "sgd", lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 0.01 } }),
    smallParams({
      model: ["linear(784,10)", "softmax"],
      init: "randn",
      gradient: "manual",
      optimizer: { name: "basic", lr: 1 },
    }),
  ];
  trainings.push(smallParams({
    model: ["linear(784,8)", "batchnorm1d(8)", "relu", "dropout", "linear(8,10)", "softmax"],
    augment: [{ name: "shift", pixels: 2 }, { name: "rotate", degrees: 10 }, { name: "flip" }],
  }));
  for (const params of trainings) {
    const { steps } = await runFold(train, params, inputs);
    await runFold(validate, {}, validateInputs(prepared, steps));
  }
}
console.log("done");
