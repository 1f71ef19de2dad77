/**
 * Reverse-mode differentiation of a record: which calls of which ops give every parameter its gradient, in which order,
 * and who overwrites a gradient and who adds to it. All of that follows from the record alone, so it is settled once;
 * a call that is bound to its tensors runs without allocating.
 */
import { ShapeError } from "../errors.ts";
import type { Kernels } from "../kernels/kernels.ts";
import type { GradientTarget } from "../ops/op.ts";
import type { Step, Variable } from "./recording.ts";
import { describe } from "../tensor.ts";

/** A gradient that a call gives to: the first that does overwrites, the others add. */
export interface Share {
  readonly variable: Variable;
  readonly first: boolean;
  /** Not null: the parameter takes a step along the gradient at once, of this learning rate. */
  readonly rate: number | null;
}

/** One call of an op's backward: a share for each input, null where it gives none. */
export interface BackwardCall {
  readonly step: Step;
  readonly shares: readonly (Share | null)[];
}

/** Says which parameters step at once, and how far; null for one that waits for an optimizer. */
export type RateOf = (step: Step, input: number) => number | null;

/**
 * The calls that give every parameter behind `root` its gradient, in order.
 * @throws ShapeError when `root` is not a single number.
 */
export function backwardCalls(steps: readonly Step[], root: Variable, rateOf: RateOf = () => null): BackwardCall[] {
  if (root.shape.some((size) => size !== 1)) {
    throw new ShapeError(
      `backward() starts from a single number, but was given ${describe({ dtype: "float32", shape: root.shape })}. ` +
        "Reduce it first.",
    );
  }
  const calls: BackwardCall[] = [];
  const reached = new Set([root]);
  for (const step of steps.toReversed()) {
    const { inputs, out } = step;
    if (!out.needsGradient || !reached.has(out)) continue;
    const share = (input: number): Share | null => {
      const variable = inputs[input];
      if (!variable.needsGradient) return null;
      const first = !reached.has(variable);
      reached.add(variable);
      return { variable, first, rate: rateOf(step, input) };
    };
    const isFirst = (input: number) => inputs.indexOf(inputs[input]) === input;
    calls.push({ step, shares: inputs.map((_, i) => isFirst(i) ? share(i) : null) });
    // An input that an op takes twice gets its second share in a call of its own, which adds to the first.
    for (let i = 0; i < inputs.length; i++) {
      if (!isFirst(i)) calls.push({ step, shares: inputs.map((_, j) => j === i ? share(i) : null) });
    }
  }
  return calls;
}

/** A step's forward, ready to run on the tensors that its variables have now. */
export function bindForward({ op, settings, inputs, out }: Step, kernels: Kernels): () => void {
  const [value, values] = [out.value, inputs.map((input) => input.value)];
  return () => op.forward(kernels, value, values, settings);
}

/** A backward call, ready to run on the tensors that its variables have now. */
export function bindBackward({ step, shares }: BackwardCall, kernels: Kernels): () => void {
  const { op, settings, inputs, out } = step;
  const [gradient, value, values] = [out.gradient!, out.value, inputs.map((input) => input.value)];
  const targets = shares.map((share): GradientTarget | null => share && targetOf(share));
  // Whether a parameter's gradient is to be added to is known only when the call runs.
  const open = shares.flatMap((share, i) => {
    const parameter = share?.variable.parameter;
    return parameter && share!.first && share!.rate === null ? [{ parameter, target: targets[i]! }] : [];
  });
  return () => {
    for (const { parameter, target } of open) {
      target.accumulate = !parameter.gradientIsZero;
      parameter.gradientIsZero = false;
    }
    op.backward(kernels, gradient, value, values, targets, settings);
  };
}

function targetOf({ variable, first, rate }: Share): GradientTarget {
  const descent = rate === null ? null : { value: variable.value, rate };
  return { gradient: variable.gradient!, accumulate: !first, descent };
}
