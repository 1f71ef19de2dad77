import { type Backend, wasmBackend } from "../tensor/backend.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

/** Makes an optimizer of parameters of a backend. `params` must have been parsed with the definition's schema. */
export function makeOptimizer<P>(
  definition: OptimizerDefinition<P>,
  params: P,
  parameters: readonly Parameter[],
  { kernels: k, tensor }: Backend = wasmBackend,
) {
  const names = definition.state(params);
  const steps = parameters.map(({ value, gradient }) => {
    const state = Object.fromEntries(names.map((name) => [name, tensor(value.shape)]));
    return { k, value, gradient, state, t: 0, params };
  });
  let done = 0;
  return {
    /** Its state tensors with their names in checkpoints: "velocity.0.weight". */
    state: names.flatMap((name) =>
      steps.map(({ state }, i) => ({ name: `${name}.${parameters[i].name}`, value: state[name] }))
    ),
    /** Continues after this many steps, once `state` has been restored from their checkpoint. */
    resume: (steps: number) => void (done = steps),
    /** Updates every parameter, by the given params: those that a schedule changes may differ from step to step. */
    step(now: P = params) {
      done++;
      for (const step of steps) {
        step.t = done;
        step.params = now;
        definition.step(step);
      }
    },
  };
}
