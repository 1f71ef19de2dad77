/**
 * What the operations of a computation graph compute, in formulas: forward, and backward from the gradient of the output,
 * written ∂z. An operation that is not listed is drawn without.
 */

/** An operation's formulas, a line each. */
export interface OpRule {
  forward: string;
  backward: string[];
}

/** By the operation's name on the tape. `N` is the number of values that are reduced. */
export const OP_RULES: Readonly<Record<string, OpRule>> = {
  linear: { forward: "z = x·Wᵀ + b", backward: ["∂x = ∂z·W", "∂W = ∂zᵀ·x", "∂b = Σ over rows of ∂z"] },
  relu: { forward: "z = max(x, 0)", backward: ["∂x = ∂z where x > 0, else 0"] },
  softmax: { forward: "p = exp(x) / Σ exp(x)", backward: ["∂x = p · (∂p − Σ ∂p·p)"] },
  crossEntropy: { forward: "l = −log p[label]", backward: ["∂p[label] = −∂l / p", "all other ∂p, and clamped: 0"] },
  sum: { forward: "L = Σ l", backward: ["∂l = ∂L = 1"] },
  mean: { forward: "L = Σ l / N", backward: ["∂l = ∂L / N = 1 / N"] },
};
