/**
 * Why a model stalls. A probability below the loss's clamp has no gradient there, so a training sample whose class has
 * fallen below it teaches nothing, and a class that is never predicted has little left to come back with.
 */
import type { Evaluation } from "../classifier/stages/evaluator.ts";
import type { EpochMetrics } from "../classifier/stages/trainer.ts";

/** The figures that tell a stalled model, of the last epoch. */
export interface Stall {
  /** Share of the last epoch's training samples that were clamped before their step; null for an untrained model. */
  train_clamped: number | null;
  /** How many classes are predicted at least once on the test set. */
  classes_predicted: number;
  /** The others. */
  never_predicted: number[];
}

/** The classes that a confusion matrix `[true][predicted]` has no prediction of. */
export function neverPredicted(confusion: readonly (readonly number[])[]): number[] {
  return confusion.map((_, c) => c).filter((c) => confusion.every((row) => row[c] === 0));
}

/** What the figures are taken from: every epoch's, the last one last. */
export interface Epochs {
  training: readonly Pick<EpochMetrics, "train_clamped">[];
  evaluations: readonly Pick<Evaluation, "confusion">[];
}

/** The figures of a finished run. */
export function stallOf({ training, evaluations }: Epochs): Stall {
  const { confusion } = evaluations[evaluations.length - 1];
  const never = neverPredicted(confusion);
  return {
    train_clamped: training[training.length - 1].train_clamped,
    classes_predicted: confusion.length - never.length,
    never_predicted: never,
  };
}

/** How the gradients were made. */
export type Gradient = "autograd" | "manual";

/** From this share on, clamped samples are worth a word. */
export const WORTH_A_WORD = 0.01;

/** A sentence on what the figures mean, or null where nothing stalls. */
export function stallText({ train_clamped, never_predicted }: Stall, gradient: Gradient): string | null {
  const words: string[] = [];
  if (train_clamped !== null && train_clamped >= WORTH_A_WORD) {
    const effect = gradient === "autograd"
      ? "have no gradient"
      : "are below the clamp, which gradients by hand do not see";
    words.push(`${(train_clamped * 100).toFixed(1)} % of the training samples ${effect}`);
  }
  // Before the first epoch nobody expects all classes.
  if (train_clamped !== null && never_predicted.length > 0) {
    words.push(`never predicted: ${never_predicted.join(" ")}`);
  }
  return words.length === 0 ? null : words.join("; ");
}
