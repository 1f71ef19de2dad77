import { type Backend, wasmBackend } from "../tensor/backend.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

/** An optimizer definition, applied to parameters. */
export interface Optimizer {
  /** Updates every parameter. */
  step(): void;
  /** Its state tensors with their names in checkpoints: "velocity.0.weight". */
  readonly state: readonly { readonly name: string; readonly value: Tensor }[];
  /** Continues after this many steps, once `state` has been restored from their checkpoint. */
  resume(steps: number): void;
}

/** Makes an optimizer of parameters of a backend. `params` must have been parsed with the definition's schema. */
export function makeOptimizer<P>(
  definition: OptimizerDefinition<P>,
  params: P,
  parameters: readonly Parameter[],
  { kernels: k, tensor }: Backend = wasmBackend,
): Optimizer {
  const names = definition.state(params);
  const steps = parameters.map(({ value, gradient }) => {
    const state = Object.fromEntries(names.map((name) => [name, tensor(value.shape)]));
    return { k, value, gradient, state, t: 0, params };
  });
  let done = 0;
  return {
    state: names.flatMap((name) =>
      steps.map(({ state }, i) => ({ name: `${name}.${parameters[i].name}`, value: state[name] }))
    ),
    resume: (steps) => void (done = steps),
    step() {
      done++;
      for (const step of steps) {
        step.t = done;
        definition.step(step);
      }
    },
  };
}
