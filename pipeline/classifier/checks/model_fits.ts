import { parseModel } from "../../../core/layers/bound_layer.ts";
import { modelSizes } from "../../../core/layers/model_shapes.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { named } from "../../define/library.ts";
import { knownData } from "../kinds/known_data.ts";
import { checkFit, checkImage, checkLoss } from "../kinds/model_fit.ts";
import { paramsOf } from "../kinds/run_params.ts";

/** Whether the model takes the dataset's images, and has its classes. */
export const modelFits = defineCheck({
  name: "model-fits",
  about: "The model takes as many numbers as an example has, in their order, and has a class for every label.",
  source: import.meta.url,
  path: ["pipeline", "train", "model"],
  check(known) {
    if (known.params.train === undefined) return;
    const { model, loss } = paramsOf({ pipeline: known.params });
    const { layers, losses } = known.library;
    const [data, chosen] = [knownData(known), named(losses, loss.name)];
    if (data.target !== null) checkLoss(chosen, data.target);
    const bound = parseModel(model, layers);
    if (data.shape !== null) checkImage(bound[0], data.shape);
    checkFit(modelSizes(bound), data, chosen);
  },
});
