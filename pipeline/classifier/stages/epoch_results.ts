/** The figures that training and validation put out, epoch by epoch, as reports read them. */
import { z } from "zod";
import { decodeJson } from "../../formats/json.ts";
import type { Artifact } from "../../engine/stage/stage.ts";
import { checked } from "./checked_json.ts";
import type { Evaluation } from "./evaluator.ts";
import type { EpochMetrics } from "./trainer.ts";

const count = z.int().nonnegative();
const number = z.number();

const metrics: z.ZodType<EpochMetrics> = z.looseObject({
  epoch: count,
  train_loss: number.nullable(),
  train_accuracy: number.nullable(),
  train_clamped: number.nullable(),
});

const evaluation: z.ZodType<Evaluation> = z.looseObject({
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
});

/** What is known of an epoch of training. @throws FormatError when it is another artifact. */
export function readMetrics(artifact: Artifact): EpochMetrics {
  return checked(metrics, decodeJson(artifact.bytes(), "metrics"), "metrics");
}

/** What is known of a checkpoint. @throws FormatError when it is another artifact. */
export function readEvaluation(artifact: Artifact): Evaluation {
  return checked(evaluation, decodeJson(artifact.bytes(), "evaluation"), "evaluation");
}
