/** How many rows the sets of a split dataset have. */
import { FormatError } from "../../../core/errors.ts";
import type { SetName } from "./dataset_kind.ts";

/** The sets that are drawn, and their sizes: numbers of rows, or shares of all rows if below 1. */
export type DrawnSets = Readonly<Partial<Record<"validation" | "test", number>>>;

/** One row is right or wrong, which says nothing. */
const LEAST = 2;

/**
 * The number of rows of each set of `rows`; a share is rounded down, and the training set has the rest.
 * @throws FormatError if a set would have too few rows.
 */
export function splitSizes({ validation, test }: DrawnSets, rows: number): Record<SetName, number> {
  const sizeOf = (set: string, wanted: number | undefined) => {
    if (wanted === undefined) return 0;
    const size = wanted < 1 ? Math.floor(wanted * rows) : wanted;
    if (size >= LEAST) return size;
    const found = wanted < 1 ? `${wanted} of ${rows} rows is ${size}` : `found ${wanted}`;
    throw new FormatError(`${set}: expected at least ${LEAST} rows, but ${found}. Write a larger number.`);
  };
  const drawn = { validation: sizeOf("validation", validation), test: sizeOf("test", test) };
  const train = rows - drawn.validation - drawn.test;
  if (train >= 1) return { train, ...drawn };
  throw new FormatError(
    `expected at least one row that is left to train on, but ${drawn.validation + drawn.test} of ${rows} rows are ` +
      "drawn. Write smaller numbers, or shares below 1.",
  );
}
