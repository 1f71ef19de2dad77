/**
 * Reverse-mode differentiation of a recording: which backward calls compute the parameters' gradients, in which order, and
 * which call overwrites a gradient and which accumulates. All of this follows from the recording alone, so it is decided
 * once; a call bound to its tensors runs without allocating.
 */
import { ShapeError } from "../errors.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { type GradientTarget, shapeText } from "../ops/op.ts";
import type { Node, Step } from "./recording.ts";

/** A gradient that a call contributes to. The first contribution overwrites, later ones accumulate. */
export interface Contribution {
  readonly node: Node;
  readonly isFirst: boolean;
}

/** One call of an op's backward: the contribution to the gradient of each input, or null for none. */
export interface BackwardCall {
  readonly step: Step;
  readonly contributions: readonly (Contribution | null)[];
}

/** The backward calls for all parameters that `root` depends on. @throws ShapeError if `root` is not a single number. */
export function backwardSchedule(steps: readonly Step[], root: Node): BackwardCall[] {
  if (root.shape.some((size) => size !== 1)) {
    throw new ShapeError(
      `backward() expects a loss with one element, but found the shape ${shapeText(root.shape)}. Reduce it first.`,
    );
  }
  const calls: BackwardCall[] = [];
  const reached = new Set([root]);
  for (const step of steps.toReversed()) {
    const { inputs, out } = step;
    if (!out.needsGradient || !reached.has(out)) continue;
    const contribution = (node: Node): Contribution | null => {
      if (!node.needsGradient) return null;
      const isFirst = !reached.has(node);
      reached.add(node);
      return { node, isFirst };
    };
    const isRepeated = inputs.map((input, i) => inputs.indexOf(input) !== i);
    calls.push({ step, contributions: inputs.map((input, i) => isRepeated[i] ? null : contribution(input)) });
    // If an op has the same input twice, a separate call accumulates the second contribution.
    inputs.forEach((input, i) => {
      if (!isRepeated[i]) return;
      calls.push({ step, contributions: inputs.map((_, j) => j === i ? contribution(input) : null) });
    });
  }
  return calls;
}

/** A step's forward, bound to the current tensors of its nodes. */
export function bindForward({ op, settings, inputs, out }: Step, kernels: Kernels): () => void {
  const [value, values] = [out.value, inputs.map((input) => input.value)];
  return () => op.forward(kernels, value, values, settings);
}

/** A backward call, bound to the current tensors of its nodes. */
export function bindBackward({ step, contributions }: BackwardCall, kernels: Kernels): () => void {
  const { op, settings, inputs, out } = step;
  const [gradient, value, values] = [out.gradient!, out.value, inputs.map((input) => input.value)];
  const targets = contributions.map((one): GradientTarget | null =>
    one && { gradient: one.node.gradient!, accumulate: !one.isFirst }
  );
  // Whether the first contribution to a parameter overwrites depends on zeroGradients(), so the call itself decides.
  const parameters = contributions.flatMap((one, i) => {
    const parameter = one?.node.parameter;
    return parameter && one.isFirst ? [{ parameter, target: targets[i]! }] : [];
  });
  return () => {
    for (const { parameter, target } of parameters) {
      target.accumulate = !parameter.gradientIsZero;
      parameter.gradientIsZero = false;
    }
    op.backward(kernels, gradient, value, values, targets, settings);
  };
}
