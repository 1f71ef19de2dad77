/** The metrics of a training epoch, and of its checkpoint on the test set. Types only, because pages read them too. */
import type { ClassMetrics } from "../../../core/model/metrics.ts";
import type { Confusion } from "./confusion_matrix.ts";

/** The metrics of a training epoch: the output `metrics`. All but `epoch` are null for epoch 0, the untrained model. */
export interface EpochMetrics {
  epoch: number;
  /** Mean of the batches' losses, each before its step. */
  train_loss: number | null;
  /** Share of the rows that were classified correctly before their batch's step. */
  train_accuracy: number | null;
  /** Share of the rows whose label had a probability below the loss's clamp before their batch's step. */
  train_clamped: number | null;
}

/** The metrics of a checkpoint on the test set: the output `evaluation`. */
export interface Evaluation {
  epoch: number;
  /** correct / total. */
  accuracy: number;
  correct: number;
  total: number;
  /** The article's figure: the mean of the batches' accuracies, rounded to 4 decimals. */
  mean_batch_accuracy: number;
  /** Mean of the batches' losses, reduced as in training; null for infinity, which JSON cannot represent. */
  loss: number | null;
  /** Mean loss per image, whatever the reduction; null for infinity. */
  loss_per_image: number | null;
  classes: ClassMetrics[];
  confusion: Confusion;
}
