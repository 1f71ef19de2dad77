/** What an initialization is: one file defines how the parameters of a model are drawn. */
import type { ParameterSpec } from "../layers/layer.ts";
import type { Generator } from "../random/mod.ts";

/** A parameter that is to be drawn. */
export interface DrawnParameter {
  /** Its name in its layer: "weight". */
  readonly name: string;
  readonly spec: ParameterSpec;
  /** Row-major, in place. */
  readonly values: Float32Array;
}

/** An initialization, as one file defines it. */
export interface InitDefinition {
  /** As experiments write it: "linear", "randn". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /** Draws one parameter; parameters come in PyTorch's order, all from the same generator. */
  draw(parameter: DrawnParameter, generator: Generator): void;
}

/** Declares an initialization. */
export function defineInit(init: InitDefinition): InitDefinition {
  return init;
}
