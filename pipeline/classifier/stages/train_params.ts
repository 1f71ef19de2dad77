/** The train stage's params: the model, the loss, the optimizer and how long. */
import { z } from "zod";
import { checkModel, parameterCount, parseLayer } from "../../../core/layers.ts";

const layer = z.string().superRefine((text, context) => {
  try {
    parseLayer(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
});

const model = z.array(layer).min(1).superRefine((layers, context) => {
  try {
    checkModel(layers.map(parseLayer));
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
});

const lr = z.number().positive().describe("Learning rate.");

const basic = z.strictObject({
  name: z.literal("basic").describe("The article's BasicOptim: p = p - lr * gradient."),
  lr,
});

const sgd = z.strictObject({
  name: z.literal("sgd").describe("torch.optim.SGD."),
  lr,
  momentum: z.number().nonnegative().default(0).describe("Share of the last step that is kept."),
  dampening: z.number().default(0).describe("Share of the gradient that momentum leaves out."),
  weight_decay: z.number().nonnegative().default(0).describe("L2 penalty."),
  nesterov: z.boolean().default(false).describe("Nesterov momentum."),
}).refine(({ momentum, dampening, nesterov }) => !nesterov || (momentum > 0 && dampening === 0), {
  message: "nesterov needs a momentum above 0 and no dampening, as in torch.optim.SGD",
});

/** What `train` takes. */
export const trainParams = z.strictObject({
  model: model.describe('Layers in order: "linear(in,out)", "relu", and "softmax" as the last.'),
  init: z.enum(["linear", "randn"]).default("linear").describe(
    "How weights are drawn: as torch.nn.Linear does, or from a standard normal.",
  ),
  gradient: z.enum(["autograd", "manual"]).default("autograd").describe(
    "By the tape, or by the article's formulas (one linear layer and softmax only; gradients of the mean loss).",
  ),
  loss: z.strictObject({
    name: z.literal("cross-entropy").default("cross-entropy"),
    reduction: z.enum(["sum", "mean"]).default("mean").describe("Over the rows of a batch."),
    clamp: z.number().nonnegative().max(0.1).default(1e-10).describe(
      "Probabilities below this count as this; 0 for no clamp.",
    ),
  }).prefault({}),
  optimizer: z.discriminatedUnion("name", [basic, sgd]),
  epochs: z.int().nonnegative().describe("Passes over the training set."),
  seed: z.int().nonnegative().default(0).describe("Seeds the weights. Left out, the experiment's seed."),
}).superRefine(({ gradient, model }, context) => {
  if (gradient === "manual" && model.map((text) => text.trim().split("(")[0]).join(" ") !== "linear softmax") {
    context.addIssue({
      code: "custom",
      path: ["gradient"],
      message: "manual gradients are derived for a model of one linear layer and softmax; use autograd for this model",
    });
  }
});

/** The params of `train`, checked and complete. */
export type TrainParams = z.output<typeof trainParams>;

/** How many parameters the model has. */
export function countParameters({ model }: Pick<TrainParams, "model">): number {
  return parameterCount(model.map(parseLayer));
}
