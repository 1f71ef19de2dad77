/** Kinds of output that are one JSON artifact, and the schemas that check them, because a cache is not trusted. */
import { z } from "zod";
import { jsonKind } from "../../formats/json_kind.ts";
import { type Confusion, sizeOfConfusion } from "./confusion_matrix.ts";
import type { ClassMetrics } from "../../../core/model/metrics.ts";

const count = z.int().nonnegative();
const positive = z.int().positive();
const number = z.number();
const numbers = z.union([number, z.array(number).min(1)]);

/**
 * How an epoch is split into batches: `rows` in the training set, `size` per batch, `last` in the last one. `of`: the rows
 * of the set, if only the first `rows` of them are trained on.
 */
export const batches = jsonKind(
  "batches",
  "Rows, batch size, number of batches, and the seed of their order.",
  z.looseObject({
    rows: positive,
    size: positive,
    shuffle: z.boolean(),
    seed: count,
    batches: positive,
    last: positive,
    of: positive.optional(),
  }).refine(({ rows, size, batches, last }) => (batches - 1) * size + last === rows && last <= size, {
    message: "batches that add up to the rows",
  }),
);

/** How an epoch is split into batches. */
export type Batches = ReturnType<typeof batches.open>;

/** The mean and standard deviation of the training examples, or a list of those of each column, and whether they were measured. */
export const moments = jsonKind(
  "moments",
  "The mean and standard deviation that were used to normalize.",
  z.looseObject({ mean: numbers, std: numbers, measured: z.boolean() }),
);

/** The metrics of a training epoch; all but `epoch` are null for epoch 0, the untrained model. */
export const metrics = jsonKind(
  "metrics",
  "The epoch's training loss and accuracy.",
  z.looseObject({
    epoch: count,
    // Mean of the batches' losses, each before its step.
    train_loss: number.nullable(),
    // Shares of the rows, before their batch's step: classified correctly; the label's probability below the clamp.
    // Left out where numbers are predicted.
    train_accuracy: number.nullable().optional(),
    train_clamped: number.nullable().optional(),
    // With a schedule: the rate of the last step. With clipping: the mean of the gradients' norms before it;
    // null for infinity.
    learning_rate: number.nullable().optional(),
    gradient_norm: number.nullable().optional(),
  }),
);

/** The metrics of a training epoch. */
export type EpochMetrics = ReturnType<typeof metrics.open>;

/** What evaluations have in common. */
const evaluated = {
  epoch: count,
  // Left out for the test set.
  set: z.literal("validation").optional(),
  total: count,
  // Mean of the batches' losses, reduced as in training, and of the rows', whatever the reduction; null for infinity.
  loss: number.nullable(),
  loss_per_image: number.nullable(),
};

const classification = z.looseObject({
  ...evaluated,
  accuracy: number,
  correct: count,
  // The article's figure: the mean of the batches' accuracies, rounded to 4 decimals.
  mean_batch_accuracy: number,
  classes: z.array<z.ZodType<ClassMetrics>>(z.looseObject({
    class: count,
    precision: number.nullable(),
    recall: number.nullable(),
    support: count,
  })),
  confusion: z.union([
    z.array(z.array(count)).min(1).refine((rows) => rows.every((row) => row.length === rows.length), {
      message: "a square confusion matrix",
    }),
    z.object({ size: positive, true: z.array(count), predicted: z.array(count), images: z.array(count) })
      .refine(isSparse, { message: "the cells of a confusion matrix" }),
  ]),
}).refine(({ classes, confusion }) => sizeOfConfusion(confusion) === classes.length, {
  message: "a confusion matrix of the classes",
});

/** Of predicted numbers: see RegressionMetrics; null for infinity. */
const regression = z.looseObject({
  ...evaluated,
  mae: number.nullable(),
  rmse: number.nullable(),
  r2: number.nullable(),
});

/** The metrics of a checkpoint on the test set, or on the validation rows. */
export const evaluation = jsonKind<AnyEvaluation>(
  "evaluation",
  "Loss; accuracy, confusion matrix, precision and recall; or how far predicted numbers are from the targets.",
  z.union([classification, regression]),
);

/** The metrics of classes that are predicted. */
export type Evaluation = z.infer<typeof classification>;

/** The metrics of numbers that are predicted. */
export type RegressionEvaluation = z.infer<typeof regression>;

/** The metrics of a checkpoint. */
export type AnyEvaluation = Evaluation | RegressionEvaluation;

function isSparse(confusion: Exclude<Confusion, number[][]>): boolean {
  const { size, true: truth, predicted, images } = confusion;
  return [truth, predicted].every((list) => list.length === images.length && list.every((c) => c < size));
}
