/** The train stage's params: the model, the loss, the optimizer and how long. */
import { z } from "zod";
import { parseLayer, parseModel } from "../../../core/layers/bound_layer.ts";
import { usageOf } from "../../../core/layers/layer_args.ts";
import { checkModel, parameterCount } from "../../../core/layers/model_shapes.ts";
import { choiceOf, type Library, named, nameOf } from "../../define/library.ts";
import type { Definition } from "../../engine/stage/kind.ts";
import type { ChosenLoss } from "./train_step.ts";

/** What `train` takes. */
export interface TrainParams {
  /** Layers in order, as they are written. */
  model: string[];
  init: string;
  gradient: "autograd" | "manual";
  loss: { name: string } & Record<string, unknown>;
  optimizer: { name: string } & Record<string, unknown>;
  epochs: number;
  seed: number;
}

/** The schema of the params, of the definitions that a pipeline offers. */
export function trainParams({ layers, inits, losses, optimizers }: Library): z.ZodType<TrainParams> {
  const layer = z.string().superRefine((text, context) => addIssue(context, () => parseLayer(text, layers)));
  const model = z.array(layer).min(1).superRefine((texts, context) =>
    addIssue(context, () => checkModel(parseModel(texts, layers), "probabilities"))
  );
  const written = layers.map(({ name, args }) => `"${usageOf(name, args)}"`);
  return z.strictObject({
    model: model.describe(`Layers in order: ${written.join(", ")}; the last one puts out probabilities.`),
    init: nameOf(inits).default(inits[0].name).describe("How the initial weights are drawn."),
    gradient: z.enum(["autograd", "manual"]).default("autograd").describe(
      "By the tape, or by the article's formulas (one linear layer and softmax only; gradients of the mean loss).",
    ),
    loss: choiceOf(losses.map(({ name, about, params }) => ({ name, about, fields: params })), "name").prefault({}),
    optimizer: z.discriminatedUnion("name", optimizers.map(({ params }) => params) as never),
    epochs: z.int().nonnegative().describe("Passes over the training set."),
    seed: z.int().nonnegative().default(0).describe("Seeds the weights. Left out, the experiment's seed."),
  }).superRefine(({ gradient, model }, context) => {
    if (gradient === "manual" && model.map((text) => text.trim().split("(")[0]).join(" ") !== "linear softmax") {
      context.addIssue({
        code: "custom",
        path: ["gradient"],
        message:
          "manual gradients are derived for a model of one linear layer and softmax; use autograd for this model",
      });
    }
  }) as unknown as z.ZodType<TrainParams>;
}

/** The definitions that the params name. */
export function trainDefinitions(params: TrainParams, library: Library): Definition[] {
  const { layers, inits, losses, optimizers } = library;
  return [
    ...parseModel(params.model, layers).map(({ definition }) => definition),
    named(inits, params.init),
    named(losses, params.loss.name),
    named(optimizers, params.optimizer.name),
  ];
}

/** The loss that the params name; without a name the first that there is. */
export function lossOf(loss: Readonly<Record<string, unknown>>, { losses }: Library): ChosenLoss {
  const { name = losses[0].name, ...params } = loss;
  return { definition: named(losses, name as string), params };
}

/** The model in a line: its layers, its size, how long it is trained. */
export function trainTitle({ model, epochs }: TrainParams, { layers }: Library): string[] {
  const parameters = parameterCount(parseModel(model, layers));
  return [model.join(" → "), `${withCommas(parameters)} parameters`, `${epochs} epochs`];
}

function withCommas(count: number): string {
  return count.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

function addIssue(context: z.RefinementCtx, check: () => void): void {
  try {
    check();
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
  }
}
