/**
 * A convolutional net has PyTorch's bits: LeNet after an epoch of 12,800 images, by three seeds, each with other kernels.
 * PyTorch is that of tests/reference/torch_reference.py.
 */
import { assertEquals } from "@std/assert";
import { decodeJson } from "../../../pipeline/formats/json.ts";
import { digestOfWeights } from "../../../pipeline/formats/tensor_digests.ts";
import type { Evaluation } from "../../../pipeline/classifier/kinds/json_kinds.ts";
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { validate } from "../../../pipeline/classifier/stages/validate.ts";
import { wasmBackend } from "../../../core/tensor/backend.ts";
import { chooseBackend } from "../../../core/tensor/chosen_backend.ts";
import { COMPILED } from "../../core/kernels/implementations.ts";
import { runFold } from "./in_memory.ts";
import { mnist } from "./mnist.ts";
import { metricsOf, prepare, trainInputs, validateInputs } from "./training.ts";

const LENET = [
  ...["image(1,28,28)", "conv2d(1,6,5,padding=2)", "relu", "maxpool2d(2)"],
  ...["conv2d(6,16,5)", "relu", "maxpool2d(2)", "flatten"],
  ...["linear(400,120)", "relu", "linear(120,84)", "relu", "linear(84,10)", "softmax"],
];
const PYTORCH = [
  {
    weights: [
      "2a2d133895b1684e55d0f152ead2914b55adc551d9790a4b4585309b79c60362",
      "467fcf6707e51674be2a9e80d7b22a9ef018eb26e36377e93d807a88426ebfaf",
    ],
    train_loss: 0.6711232735775411,
    correct: [1008, 9230],
  },
  {
    weights: [
      "061eecd04b8144163a2e99bc99b83600eae4c238cfa5e6a815145225a10f43a5",
      "c1e6e2ecd2466dd6e9b9ed7691140f8ff19ee78011167138e7a2d47e0bcab6cd",
    ],
    train_loss: 0.5917668447690084,
    correct: [1152, 9481],
  },
  {
    weights: [
      "27d5b68deade66354da0edcb4b9bca6832b22d32eded9852e19c4a9cbb12bbda",
      "4d22da50a539edfefa5bf84e0016189740b6228e400c666e7d3479edb8157bc8",
    ],
    train_loss: 0.5963889226876199,
    correct: [899, 9535],
  },
];
const data = await prepare(mnist(12_800));

for (const [seed, expected] of PYTORCH.entries()) {
  const [kind, kernels] = Object.entries(COMPILED).at([0, -1, -2][seed])!;
  Deno.test(`${kind}: LeNet has PyTorch's bits after an epoch, seed ${seed}`, async () => {
    chooseBackend({ ...wasmBackend, kernels });
    const params = {
      seed,
      model: LENET,
      loss: { name: "cross-entropy", reduction: "mean", clamp: 1e-10 },
      optimizer: { name: "sgd", lr: 0.05, momentum: 0.9 },
      epochs: 1,
    };
    const { steps } = await runFold(train, params, await trainInputs(data, { size: 64, seed }));
    const evaluated = await runFold(validate, {}, validateInputs(data, steps));
    chooseBackend(wasmBackend);
    assertEquals({
      weights: steps.map(({ checkpoint }) => digestOfWeights(checkpoint.bytes(), "checkpoint")),
      train_loss: metricsOf(steps[1]).train_loss,
      correct: evaluated.steps.map(({ evaluation }) => decodeJson<Evaluation>(evaluation.bytes()).correct),
    }, expected);
  });
}
