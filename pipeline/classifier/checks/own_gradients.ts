/** Whether the layers and the loss that are not Retrace's compute what they should. */
import { layerProblem } from "../../../core/checks/layer_problem.ts";
import { lossProblem } from "../../../core/checks/loss_problem.ts";
import { exampleShapes, modelSizes, parseModel } from "../../../core/layers/model_layers.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { named } from "../../define/library.ts";
import { isOwnCode } from "../../define/own_code.ts";
import { paramsOf } from "../kinds/run_params.ts";

/** What was found of each definition, by its arguments and the shape: experiments are checked before every stage. */
const found = new WeakMap<object, Map<string, string | null>>();

function refuseIf(definition: { readonly source: string }, use: unknown, problemOf: () => string | null): void {
  if (isOwnCode(definition.source)) return;
  const uses = found.getOrInsertComputed(definition, () => new Map());
  const problem = uses.getOrInsertComputed(JSON.stringify(use), problemOf);
  if (problem !== null) throw new Error(problem);
}

/** The layers. */
export const ownLayers = defineCheck({
  name: "own-layers",
  about: "Layers from elsewhere have the gradients, shapes and rows that they should.",
  source: import.meta.url,
  path: ["pipeline", "train", "model"],
  check({ params, library }) {
    if (params.train === undefined) return;
    const layers = parseModel(paramsOf({ pipeline: params }).model, library.layers);
    const shapes = exampleShapes(layers);
    layers.forEach((layer, i) =>
      refuseIf(layer.definition, [layer.text, shapes[i]], () => layerProblem(layer, shapes[i]))
    );
  },
});

/** The loss. */
export const ownLoss = defineCheck({
  name: "own-loss",
  about: "A loss from elsewhere has the gradient and the reduction that it should.",
  source: import.meta.url,
  path: ["pipeline", "train", "loss"],
  check({ params, library }) {
    if (params.train === undefined) return;
    const { model, loss } = paramsOf({ pipeline: params });
    const { classes } = modelSizes(parseModel(model, library.layers));
    const definition = named(library.losses, loss.name);
    refuseIf(definition, [loss, classes], () => lossProblem(definition, loss, classes));
  },
});
