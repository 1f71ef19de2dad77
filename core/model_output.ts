/** What the outputs of a model are, and what a loss takes. */

/**
 * Class probabilities, their logarithms, logits (of which softmax makes probabilities), or any numbers. To a loss of targets,
 * outputs are numbers.
 */
export type ModelOutput = "probabilities" | "log-probabilities" | "logits" | "numbers";
