/** Checks of a dataset's sets of rows as they were read. */
import { FormatError } from "../../../core/errors.ts";
import type { RowSet } from "./read_sets.ts";

/** What to do about files that do not fit each other. */
const ADVICE = "Check that they are files of one dataset.";

/** Checks that a set has rows of numbers, with as many labels. @throws FormatError */
export function checkSet({ features: { shape }, labels, name, labelsName }: RowSet): void {
  const [count, ...dimensions] = shape;
  if (count < 1 || dimensions.length < 1 || dimensions.some((dimension) => dimension < 1)) {
    const found = shape.join(", ");
    throw new FormatError(
      `${name}: expected examples of shape [N, …], at least one with at least one number, but found [${found}].`,
    );
  }
  const labelled = "shape" in labels ? labels.shape[0] ?? 1 : labels.length;
  if (count === labelled) return;
  throw new FormatError(
    `Every example needs a label, but ${name} has ${count} examples, and ${labelsName} ${labelled} labels. ${ADVICE}`,
  );
}

/** Checks that two sets have the same form of rows, the same columns, and as many numbers to predict. @throws FormatError */
export function checkSame(train: RowSet, test: RowSet): void {
  const [expected, found] = [train, test].map(({ features: { shape, type } }) =>
    describe(["N", ...shape.slice(1)], type)
  );
  if (expected !== found) {
    throw new FormatError(
      `Training and test examples must have the same type and shape, but those of ${train.name} are ${expected}, and ` +
        `those of ${test.name} are ${found}. ${ADVICE}`,
    );
  }
  const [numbers, tested] = [train, test].map(({ labels }) => "shape" in labels ? labels.shape[1] ?? 1 : 1);
  if (numbers !== tested) {
    throw new FormatError(
      `Training and test examples must have as many numbers to predict, but those of ${train.labelsName} have ` +
        `${numbers}, and those of ${test.labelsName} ${tested}. ${ADVICE}`,
    );
  }
  const [columns, others] = [train.columns ?? [], test.columns ?? []];
  const odd = columns.findIndex((name, i) => name !== others[i]);
  if (odd === -1) return;
  throw new FormatError(
    `Training and test examples must have the same columns in the same order, but feature ${odd + 1} is ` +
      `${JSON.stringify(columns[odd])} in ${train.name}, and ${JSON.stringify(others[odd])} in ${test.name}.`,
  );
}

/** An array in messages: "u8 [N, 28, 28]", "f32 [60000]". */
export function describe(shape: readonly (number | string)[], type: string): string {
  return `${type} [${shape.join(", ")}]`;
}
