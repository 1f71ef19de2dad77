/** The contract of initializations. One file defines how the parameters of a model are drawn. */
import { declared, type Written } from "../declared.ts";
import type { ParameterSpec } from "../layers/layer.ts";
import type { Model } from "../model/model.ts";
import type { Generator } from "../random/mod.ts";

/** The definition of an initialization. */
export interface InitDefinition {
  /** Its name in experiments: "linear", "randn". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Draws one parameter: fills its values, row-major, in place. */
  draw(parameter: { readonly spec: ParameterSpec; readonly values: Float32Array }, generator: Generator): void;
}

/** Declares an initialization. */
export function defineInit(init: Written<InitDefinition>): InitDefinition {
  return declared("inits", init);
}

/** Draws a model's parameters in order, weight before bias, as PyTorch does after torch.manual_seed. */
export function initializeModel(model: Model, init: InitDefinition, generator: Generator): void {
  for (const { spec, value } of model.parameters) init.draw({ spec, values: value.data }, generator);
}
