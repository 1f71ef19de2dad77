/**
 * Reverse-mode differentiation of a recording: which backward calls give every parameter its gradient, in which order, and
 * which call overwrites a gradient and which adds to it. All of this follows from the recording alone, so it is decided
 * once; a call bound to its tensors runs without allocating.
 */
import { ShapeError } from "../errors.ts";
import type { Kernels } from "../kernels/kernels.ts";
import type { GradientTarget } from "../ops/op.ts";
import { describe } from "../tensor/tensor.ts";
import type { Node, Step } from "./recording.ts";

/** A gradient that a call contributes to: the first contribution overwrites, later ones add. */
export interface Share {
  readonly node: Node;
  readonly first: boolean;
}

/** One call of an op's backward, with a share for each input; null for inputs that it gives no gradient. */
export interface BackwardCall {
  readonly step: Step;
  readonly shares: readonly (Share | null)[];
}

/**
 * The calls that give every parameter that `root` depends on its gradient, in order.
 * @throws ShapeError when `root` is not a single number.
 */
export function backwardCalls(steps: readonly Step[], root: Node): BackwardCall[] {
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
    const share = (node: Node): Share | null => {
      if (!node.needsGradient) return null;
      const first = !reached.has(node);
      reached.add(node);
      return { node, first };
    };
    const isRepeated = inputs.map((input, i) => inputs.indexOf(input) !== i);
    calls.push({ step, shares: inputs.map((input, i) => isRepeated[i] ? null : share(input)) });
    // An input that an op takes twice gets its second share in a separate call, which adds to the first.
    inputs.forEach((input, i) => {
      if (isRepeated[i]) calls.push({ step, shares: inputs.map((_, j) => j === i ? share(input) : null) });
    });
  }
  return calls;
}

/** A step's forward, bound to the tensors that its nodes have now. */
export function bindForward({ op, settings, inputs, out }: Step, kernels: Kernels): () => void {
  const [value, values] = [out.value, inputs.map((input) => input.value)];
  return () => op.forward(kernels, value, values, settings);
}

/** A backward call, bound to the tensors that its nodes have now. */
export function bindBackward({ step, shares }: BackwardCall, kernels: Kernels): () => void {
  const { op, settings, inputs, out } = step;
  const [gradient, value, values] = [out.gradient!, out.value, inputs.map((input) => input.value)];
  const targets = shares.map((share): GradientTarget | null =>
    share && { gradient: share.node.gradient!, accumulate: !share.first }
  );
  // Whether the first share of a parameter overwrites or adds depends on zeroGradients(), so it is known only in the call.
  const parameters = shares.flatMap((share, i) => {
    const parameter = share?.node.parameter;
    return parameter && share!.first ? [{ parameter, target: targets[i]! }] : [];
  });
  return () => {
    for (const { parameter, target } of parameters) {
      target.accumulate = !parameter.gradientIsZero;
      parameter.gradientIsZero = false;
    }
    op.backward(kernels, gradient, value, values, targets, settings);
  };
}
