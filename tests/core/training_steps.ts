/** The training steps of the train stage, with cross-entropy as the loss. */
import { crossEntropy } from "../../core/losses/cross_entropy.ts";
import type { Model } from "../../core/model/model.ts";
import * as steps from "../../pipeline/classifier/stages/train_step.ts";

export type { TrainStep } from "../../pipeline/classifier/stages/train_step.ts";

/** The params of the cross-entropy. */
export interface LossParams {
  reduction: "sum" | "mean";
  clamp: number;
}

/** A step with autograd gradients. */
export function autogradStep(model: Model, loss: LossParams, rows: number): steps.TrainStep {
  return steps.autogradStep(model, { definition: crossEntropy, params: { ...loss } }, rows);
}

/** A step of a linear classifier with the article's manual gradients. */
export function manualStep(model: Model, loss: LossParams, rows: number): steps.TrainStep {
  return steps.manualStep(model, { definition: crossEntropy, params: { ...loss } }, rows);
}
