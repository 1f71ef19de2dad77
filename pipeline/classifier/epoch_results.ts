/** What is known of an epoch: of its training, and of its checkpoint on the test set. Types only; pages read them too. */
import type { ClassMetrics } from "../../core/model/metrics.ts";

/** What is known of an epoch of training: the output `metrics`. */
export interface EpochMetrics {
  /** 0 is the untrained model. */
  epoch: number;
  /** Mean over the epoch's batches of the batch's loss before its step; null for epoch 0. */
  train_loss: number | null;
  /** Share of the epoch's rows that were right before their batch's step; null for epoch 0. */
  train_accuracy: number | null;
  /** Share of the epoch's rows whose label's probability was below the loss's clamp then; null for epoch 0. */
  train_clamped: number | null;
}

/** What is known of a checkpoint: the output `evaluation`. */
export interface Evaluation {
  epoch: number;
  /** correct / total. */
  accuracy: number;
  correct: number;
  total: number;
  /** The article's figure: the mean of the batches' accuracies, rounded to 4 decimals. */
  mean_batch_accuracy: number;
  /** Mean over the batches of the batch's loss, reduced as in training; null for infinity, which JSON cannot express. */
  loss: number | null;
  /** Mean loss of an image, whatever the reduction; null for infinity. */
  loss_per_image: number | null;
  classes: ClassMetrics[];
  /** `confusion[true][predicted]` counts images. */
  confusion: number[][];
}
