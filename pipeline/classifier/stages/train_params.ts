/** The train stage's params: model, loss, optimizer and number of epochs. */
import { z } from "zod";
import { checkModel, parameterCount, parseModel } from "../../../core/layers/model_layers.ts";
import type { LossDefinition } from "../../../core/losses/loss.ts";
import { choiceOf, type Library, named } from "../../define/library.ts";
import type { Definition } from "../../engine/stage/kind.ts";
import { type Augment, chosenAugmentations } from "../kinds/augmented_images.ts";
import { type Schedule, schedulesOf } from "../kinds/chosen_schedule.ts";
import { type Init, initParam } from "./initial_weights.ts";
import { modelParam } from "./model_param.ts";
import { scheduleParam, scheduleProblem, withEpochs } from "./schedule_param.ts";

/** The params. */
export interface TrainParams {
  /** The layers in order, in textual form. */
  model: string[];
  init: Init;
  gradient: "autograd" | "manual";
  loss: { name: string } & Record<string, unknown>;
  optimizer: { name: string } & Record<string, unknown>;
  /** Random changes of the images, in order. */
  augment?: Augment;
  augment_seed?: number;
  schedule?: Schedule;
  /** The largest norm of the gradients. */
  clip_norm?: number;
  epochs: number;
  seed: number;
}

/** The schema of the params, with the definitions that a pipeline offers. */
export function trainParams(library: Library): z.ZodType<TrainParams> {
  const { layers, inits, losses, optimizers, schedules, augmentations } = library;
  return z.strictObject({
    model: modelParam(layers),
    init: initParam(inits),
    gradient: z.enum(["autograd", "manual"]).default("autograd").describe(
      "By autograd, or by the article's formulas (one linear layer and softmax only; gradients of the mean loss).",
    ),
    loss: choiceOf(losses, "name").prefault({}),
    optimizer: z.discriminatedUnion("name", optimizers.map(({ params }) => params) as never),
    schedule: scheduleParam(schedules).optional(),
    clip_norm: z.number().positive().optional().describe(
      "The largest norm that the gradients of all parameters have together; longer ones are scaled down.",
    ),
    augment: z.array(choiceOf(augmentations, "name")).min(1).optional().describe(
      "Random changes of the training images, in order, new for every epoch. Default: none.",
    ),
    augment_seed: z.int().nonnegative().optional().describe("The seed of these changes. Default: seed."),
    epochs: z.int().nonnegative().describe("Passes over the training set."),
    seed: z.int().nonnegative().default(0).describe("The seed of the weights. Default: the experiment's seed."),
  }).superRefine((params, context) => {
    const { gradient, model, loss } = params;
    const problem = scheduleProblem(params, library);
    if (problem !== null) context.addIssue({ code: "custom", ...problem });
    const { takes } = named(losses, loss.name as string);
    const message = outputProblem(model, layers, takes);
    if (message !== null) context.addIssue({ code: "custom", path: ["model"], message });
    if (gradient === "manual" && (takes !== "probabilities" || !isLinearSoftmax(model, layers))) {
      const message =
        "manual gradients require a model of one linear layer and softmax, with a bias; use autograd for this model";
      context.addIssue({ code: "custom", path: ["gradient"], message });
    }
  }).overwrite((params) =>
    params.schedule === undefined
      ? params
      : { ...params, schedule: withEpochs(params.schedule, params.epochs, library) }
  ) as unknown as z.ZodType<TrainParams>;
}

/** The definitions that the params refer to. */
export function trainDefinitions(params: TrainParams, library: Library): Definition[] {
  const { layers, inits, losses, optimizers } = library;
  return [
    ...parseModel(params.model, layers).map(({ definition }) => definition),
    // The weights of a run replace those that are drawn.
    named(inits, typeof params.init === "string" ? params.init : inits[0].name),
    named(losses, params.loss.name),
    named(optimizers, params.optimizer.name),
    ...chosenAugmentations(params.augment ?? [], library).map(({ definition }) => definition),
    ...schedulesOf(params.schedule, library).map(({ definition }) => definition),
  ];
}

/** Describes the model in a run's title: its layers, its size and its epochs. */
export function trainTitle({ model, init, epochs }: TrainParams, { layers }: Library, mayEndEarly: boolean): string[] {
  const parameters = parameterCount(parseModel(model, layers));
  const most = mayEndEarly ? "at most " : "";
  const from = typeof init === "string"
    ? []
    : [`from ${init.from} (sha256 ${init.sha256?.slice(0, 10) ?? "unknown"}…)`];
  return [
    model.join(" → "),
    `${withCommas(parameters)} parameters`,
    ...from,
    `${most}${epochs} epoch${epochs === 1 ? "" : "s"}`,
  ];
}

/** Whether a model is a linear layer with a bias, and softmax; true if its layers are none, which is reported already. */
function isLinearSoftmax(texts: readonly string[], layers: Library["layers"]): boolean {
  try {
    const model = parseModel(texts, layers);
    const names = model.map(({ definition }) => definition.name).join(" ");
    return names === "linear softmax" && model[0].args.bias === true;
  } catch {
    return true;
  }
}

/** Why the model does not output what the loss takes; null if it does, or what is wrong with it is reported already. */
function outputProblem(texts: readonly string[], layers: Library["layers"], takes: LossDefinition["takes"]) {
  let areLayers = false;
  try {
    const model = parseModel(texts, layers);
    checkModel(model);
    areLayers = true;
    checkModel(model, takes);
    return null;
  } catch (error) {
    return areLayers ? (error as Error).message : null;
  }
}

/** Not taken from text/numbers.ts, because all of that file's code would then be part of the stage's key. */
function withCommas(count: number): string {
  return count.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}
