/** Whether a model and its loss fit a dataset. */
import { ShapeError } from "../../../core/errors.ts";
import type { BoundLayer } from "../../../core/layers/model_layers.ts";
import { type LossDefinition, takesTargets } from "../../../core/losses/loss.ts";
import { shapeText } from "../../../core/ops/op.ts";
import type { Target } from "../../define/format.ts";
import { pictureForm } from "./example_shape.ts";

/** What must be known of a dataset; null for what is not. */
interface DataSizes {
  readonly features: number | null;
  /** Of classes. */
  readonly largestLabel: number | null;
  /** The numbers to predict for a row. */
  readonly targets: number | null;
}

/** Checks that a model and its loss fit a dataset, as far as that is known. @throws ShapeError that states the sizes. */
export function checkFit(
  model: { inFeatures: number; classes: number },
  { features, largestLabel, targets }: DataSizes,
  loss: LossDefinition,
): void {
  if (features !== null && model.inFeatures !== features) {
    throw new ShapeError(
      `The model's first layer expects ${model.inFeatures} values, but an example of this dataset has ${features}. ` +
        `Write linear(${features},…) as the first layer.`,
    );
  }
  if (largestLabel !== null) checkLoss(loss, "class");
  if (targets !== null) checkLoss(loss, "number");
  if (largestLabel !== null && largestLabel >= model.classes) {
    throw new ShapeError(
      `The model has ${model.classes} classes, but the dataset has a label ${largestLabel}. ` +
        `Make the last linear layer at least ${largestLabel + 1} wide.`,
    );
  }
  if (targets !== null && targets !== model.classes) {
    throw new ShapeError(
      `The model outputs ${model.classes} numbers, but ${targets} are to be predicted. Make the last linear layer ` +
        `${targets} wide.`,
    );
  }
}

/**
 * Checks that the image that a model begins with, if it does, has the dataset's size and the order of its values.
 * @throws ShapeError that says which image to write.
 */
export function checkImage({ definition, args, text }: BoundLayer, shape: readonly number[]): void {
  const form = pictureForm(shape);
  if (definition.name !== "image" || form === null) return;
  const { size: { width, height }, colours, isPlanar } = form;
  const isGrey = colours === "grey";
  const hasSize = args.channels === (isGrey ? 1 : 3) && args.height === height && args.width === width;
  if (hasSize && (isGrey || (args.layout === "chw") === isPlanar)) return;
  const layout = isGrey || isPlanar ? "" : ",layout=hwc";
  throw new ShapeError(
    `The model begins with ${text}, but an example of this dataset has the shape ${shapeText(shape)}. ` +
      `Write image(${isGrey ? 1 : 3},${height},${width}${layout}) as the first layer.`,
  );
}

/** Checks that a loss compares with what the labels are. @throws ShapeError */
export function checkLoss(loss: LossDefinition, target: Target): void {
  if (target === "class" && takesTargets(loss)) {
    throw new ShapeError(
      `The loss ${loss.name} compares with numbers to predict, but the labels of this dataset are classes. Set ` +
        'tensorize.target to "number", or choose another loss.',
    );
  }
  if (target === "number" && !takesTargets(loss)) {
    throw new ShapeError(
      `The loss ${loss.name} compares with classes, but this dataset has numbers to predict. Set train.loss to ` +
        '{ "name": "mean-squared-error" }, or tensorize.target to "class".',
    );
  }
}
