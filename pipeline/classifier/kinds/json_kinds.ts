/** Kinds of output that are one JSON artifact, and how each is checked when it is read: a cache may come from somebody else. */
import { z } from "zod";
import type { Kind } from "../../define/define_stage.ts";
import { decodeJson, encodeJson } from "../../formats/json.ts";
import { checked } from "./checked_json.ts";
import type { EpochMetrics, Evaluation } from "./epoch_results.ts";

/** How an epoch is split into batches. */
export interface Batches {
  /** Rows in the training set. */
  rows: number;
  /** Rows in a batch; the last batch has `last`. */
  size: number;
  shuffle: boolean;
  seed: number;
  /** Batches in an epoch. */
  batches: number;
  last: number;
}

/** The mean and standard deviation of the training images, and whether they were measured. */
export interface UsedMoments {
  mean: number;
  std: number;
  measured: boolean;
}

const count = z.int().nonnegative();
const positive = z.int().positive();
const number = z.number();

/** Rows, batch size, number of batches, and what seeds their order. */
export const batches: Kind<Batches> = jsonKind(
  "batches",
  "Rows, batch size, number of batches, and what seeds their order.",
  z.looseObject({
    rows: positive,
    size: positive,
    shuffle: z.boolean(),
    seed: count,
    batches: positive,
    last: positive,
  })
    .refine(({ rows, size, batches, last }) => (batches - 1) * size + last === rows && last <= size, {
      message: "batches that make up the rows",
    }),
);

/** The mean and standard deviation that were used to normalize. */
export const moments: Kind<UsedMoments> = jsonKind(
  "moments",
  "The mean and standard deviation that were used.",
  z.looseObject({ mean: number, std: number, measured: z.boolean() }),
);

/** What is known of an epoch of training. */
export const metrics: Kind<EpochMetrics> = jsonKind(
  "metrics",
  "The epoch's training loss and accuracy.",
  z.looseObject({
    epoch: count,
    train_loss: number.nullable(),
    train_accuracy: number.nullable(),
    train_clamped: number.nullable(),
  }),
);

/** What is known of a checkpoint on the test set. */
export const evaluation: Kind<Evaluation> = jsonKind(
  "evaluation",
  "Accuracy, loss, confusion matrix, precision and recall.",
  z.looseObject({
    epoch: count,
    accuracy: number,
    correct: count,
    total: count,
    mean_batch_accuracy: number,
    loss: number.nullable(),
    loss_per_image: number.nullable(),
    classes: z.array(z.looseObject({
      class: count,
      precision: number.nullable(),
      recall: number.nullable(),
      support: count,
    })),
    confusion: z.array(z.array(count)).min(1),
  }).refine(({ confusion }) => confusion.every((row) => row.length === confusion.length), {
    message: "a square confusion matrix",
  }),
);

function jsonKind<T>(name: string, about: string, schema: z.ZodType<T>): Kind<T, T> {
  return {
    name,
    parts: { [name]: { format: "json", about } },
    open: (artifacts) => checked(schema, decodeJson(artifacts[name].bytes(), name), name),
    close: (value) => ({ [name]: encodeJson(value) }),
  };
}
