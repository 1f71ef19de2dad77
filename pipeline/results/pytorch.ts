/** PyTorch's numbers of an experiment, epoch by epoch, and how a run of ours compares with them: equal bits, or not. */
import { z } from "zod";
import type { FinishedRun } from "../define/figure.ts";
import type { Artifact } from "../engine/stage/kind.ts";
import { digestOfWeights, digestsOfTensors } from "../formats/tensor_digests.ts";

/** The PyTorch that is meant. tests/reference/torch_reference.py refuses every other. */
export const PYTORCH_VERSION = "1.13.1";

/** What a training has come to after an epoch; epoch 0 is the untrained model. */
export interface EpochBits {
  /** SHA-256 of all parameters in the order of net.parameters(), little-endian float32. */
  weights: string;
  /** SHA-256 of each parameter and buffer by name. expected.json does not have it. */
  tensors?: Record<string, string>;
  /** Mean of the batches' losses, float64; null in epoch 0. */
  train_loss: number | null;
  /** How many test images are classified correctly; with a split, null in all but the last epoch. */
  correct: number | null;
  /** How many validation images are. Null or left out without a split. */
  validation_correct?: number | null;
}

/** What PyTorch came to. */
export interface PytorchRun {
  version: string;
  epochs: EpochBits[];
}

/** How a run compares with PyTorch: the number of epochs, how many are equal, and the first difference. */
export interface BitsComparison {
  version: string;
  epochs: number;
  equal: number;
  first: { epoch: number; what: string; expected: string; found: string } | null;
}

const number = z.number().nullable();
const epoch = z.looseObject({
  ...{ weights: z.string(), train_loss: number, correct: number, validation_correct: number.optional() },
});

/** The form of `PytorchRun` in expected.json. */
export const pytorchSchema = z.looseObject({ version: z.string(), epochs: z.array(epoch).min(1) });

/** What expected.json holds of it: the digests of single tensors would only make it longer. */
export function stored({ version, epochs }: PytorchRun): PytorchRun {
  return {
    version,
    epochs: epochs.map(({ weights, train_loss, correct, validation_correct }) => {
      return { weights, train_loss, correct, ...(validation_correct == null ? {} : { validation_correct }) };
    }),
  };
}

/** What a run of ours came to after every epoch; none if it trains nothing. */
export function bitsOf(run: FinishedRun): EpochBits[] {
  if (!run.has("checkpoint")) return [];
  // A figure of the whole run is that of its last epoch.
  const figure = (name: string, epoch: number) => {
    const values = (run.figures[name] ?? []) as (number | null)[];
    return values[values.length - 1 - run.epochs + epoch] ?? null;
  };
  return run.each<Artifact>("checkpoint").map((checkpoint, epoch) => {
    const file = checkpoint.bytes();
    return {
      weights: digestOfWeights(file, "checkpoint"),
      tensors: digestsOfTensors(file, "checkpoint"),
      train_loss: figure("train_loss", epoch),
      correct: figure("correct", epoch),
      ...(run.figures["validation.correct"] && { validation_correct: figure("validation.correct", epoch) }),
    };
  });
}

/** Compares every epoch, and in it every value that PyTorch's has. The untrained model is compared, but not counted. */
export function compareBits({ version, epochs }: PytorchRun, found: readonly EpochBits[]): BitsComparison {
  const count = Math.max(epochs.length, found.length);
  const differences = Array.from({ length: count }, (_, epoch) => differenceOf(epochs[epoch], found[epoch]));
  const at = differences.findIndex((difference) => difference !== null);
  return {
    version,
    epochs: count - 1,
    equal: differences.slice(1).filter((difference) => difference === null).length,
    first: at < 0 ? null : { epoch: at, ...differences[at]! },
  };
}

/** The first value that differs, of those that both have; null if all are equal. */
function differenceOf(wanted: EpochBits | undefined, found: EpochBits | undefined) {
  if (wanted === undefined || found === undefined) {
    const [expected, own] = [wanted, found].map((bits) => bits === undefined ? "not computed" : "computed");
    return { what: "the epoch", expected, found: own };
  }
  const [expected, own] = [wanted, found].map(valuesOf);
  const what = Object.keys(expected).find((name) => Object.hasOwn(own, name) && own[name] !== expected[name]);
  return what === undefined ? null : { what, expected: expected[what], found: own[what] };
}

/** What is compared, as texts by what they are; a number that an epoch does not have is left out. */
function valuesOf(
  { tensors, weights, train_loss, correct, validation_correct = null }: EpochBits,
): Record<string, string> {
  return {
    ...tensors,
    weights,
    ...(train_loss === null ? {} : { "training loss": String(train_loss) }),
    ...(validation_correct === null ? {} : { "right validation images": String(validation_correct) }),
    ...(correct === null ? {} : { "right test images": String(correct) }),
  };
}
