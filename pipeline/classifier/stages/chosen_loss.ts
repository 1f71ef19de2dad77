/** The loss that a model is trained with, in params and in checkpoints. */
import type { ChosenLoss } from "../../../core/losses/loss.ts";
import { type Library, named } from "../../define/library.ts";
import type { TrainedLoss } from "../kinds/checkpoint.ts";

/** The loss of a checkpoint that names none: the only loss that existed when checkpoints first contained one. */
const UNNAMED = "cross-entropy";

/** The definition and the params of a loss. */
export function lossOf(loss: TrainedLoss, { losses }: Library): ChosenLoss {
  const { name = UNNAMED, ...params } = loss;
  return { definition: named(losses, name as string), params };
}

/** The loss as a checkpoint contains it. */
export function trainedLoss({ name, ...params }: TrainedLoss): TrainedLoss {
  return name === UNNAMED ? params : { name, ...params };
}
