/** What training reads of other stages' JSON, and of a checkpoint's words about itself. */
// Pages read checkpoints as well: the whole of zod would be two thirds of their code.
import * as z from "zod/mini";
import type { LossSpec } from "../../../core/loss.ts";
import { decodeJson } from "../../formats/json.ts";
import type { Artifact } from "../../engine/stage/stage.ts";
import type { Batches } from "./batch.ts";
import { checked } from "./checked_json.ts";

const count = z.int().check(z.nonnegative());
const positive = z.int().check(z.positive());

const batches: z.ZodMiniType<Batches> = z.looseObject({
  rows: positive,
  size: positive,
  shuffle: z.boolean(),
  seed: count,
  batches: positive,
  last: positive,
}).check(z.refine(({ rows, size, batches, last }) => (batches - 1) * size + last === rows && last <= size, {
  error: "batches that make up the rows",
}));

const model = z.array(z.string()).check(z.minLength(1));
const loss: z.ZodMiniType<LossSpec> = z.looseObject({ reduction: z.enum(["sum", "mean"]), clamp: z.number() });

/** The batches of an epoch. @throws FormatError when it is another artifact. */
export function readBatches(artifact: Artifact): Batches {
  return checked(batches, decodeJson(artifact.bytes(), "batches"), "batches");
}

/** The layers and the loss that a checkpoint's words about itself name. @throws FormatError when they name none. */
export function readModelWords(words: Record<string, string>): { layers: string[]; loss: LossSpec } {
  const read = (name: string) => decodeJson(new TextEncoder().encode(words[name] ?? ""), `checkpoint: ${name}`);
  return {
    layers: checked(model, read("model"), "checkpoint: model"),
    loss: checked(loss, read("loss"), "checkpoint: loss"),
  };
}
