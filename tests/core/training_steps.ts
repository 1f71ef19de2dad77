/** The training steps of the train stage, with the cross-entropy as their loss. */
import { crossEntropy } from "../../core/losses/cross_entropy.ts";
import type { Model } from "../../core/model/model.ts";
import * as steps from "../../pipeline/classifier/stages/train_step.ts";

export type { TrainStep } from "../../pipeline/classifier/stages/train_step.ts";

/** The params of the cross-entropy. */
export interface LossParams {
  reduction: "sum" | "mean";
  clamp: number;
}

/** A step by automatic differentiation. */
export function autogradStep(model: Model, loss: LossParams, rows: number): steps.TrainStep {
  return steps.autogradStep(model, { definition: crossEntropy, params: { ...loss } }, rows);
}

/** A step of a linear classifier by the article's formulas. */
export function manualStep(model: Model, loss: LossParams, rows: number): steps.TrainStep {
  return steps.manualStep(model, { definition: crossEntropy, params: { ...loss } }, rows);
}
