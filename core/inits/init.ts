/** What an initialization is: one file defines how the parameters of a model are drawn. */
import type { ParameterSpec } from "../layers/layer.ts";
import type { Model } from "../model/model.ts";
import type { Generator } from "../random/mod.ts";

/** A parameter to draw. */
export interface DrawnParameter {
  readonly spec: ParameterSpec;
  /** Row-major, to be filled in place. */
  readonly values: Float32Array;
}

/** An initialization, as one file defines it. */
export interface InitDefinition {
  /** As experiments write it: "linear", "randn". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Draws one parameter. */
  draw(parameter: DrawnParameter, generator: Generator): void;
}

/** Declares an initialization. */
export function defineInit(init: InitDefinition): InitDefinition {
  return init;
}

/** Draws a model's parameters in order, weight before bias, as PyTorch does after torch.manual_seed. */
export function initializeModel(model: Model, init: InitDefinition, generator: Generator): void {
  for (const { spec, value } of model.parameters) init.draw({ spec, values: value.data }, generator);
}
