/** Whether a model fits a dataset. */
import { ShapeError } from "../../../core/errors.ts";

/** Checks that a model fits a dataset. @throws ShapeError that states the sizes. */
export function checkFit(
  model: { inFeatures: number; classes: number },
  data: { features: number; largestLabel: number },
): void {
  if (model.inFeatures !== data.features) {
    throw new ShapeError(
      `The model's first layer expects ${model.inFeatures} values, but an image of this dataset has ${data.features}. ` +
        `Write linear(${data.features},…) as the first layer.`,
    );
  }
  if (data.largestLabel >= model.classes) {
    throw new ShapeError(
      `The model has ${model.classes} classes, but the dataset has a label ${data.largestLabel}. ` +
        `Make the last linear layer at least ${data.largestLabel + 1} wide.`,
    );
  }
}
