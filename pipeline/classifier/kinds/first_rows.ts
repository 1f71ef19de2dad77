/** The rows that are trained on, if not all of them. */
import { FormatError } from "../../../core/errors.ts";

/** @throws FormatError if more rows are wanted than the training set has. */
export function checkFirstRows(wanted: number | undefined, all: number): void {
  if (wanted === undefined || wanted <= all) return;
  throw new FormatError(
    `expected at most the ${all} rows of the training set as batch.rows, but found ${wanted}. Write a smaller number, or ` +
      "leave it out to train on all.",
  );
}
