import { FormatError } from "../../../core/errors.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { knownData } from "../kinds/known_data.ts";
import { type DrawnSets, splitSizes } from "../kinds/split_sizes.ts";
import { NORMALIZE, SPLIT } from "../kinds/stage_names.ts";

/** Whether there is a test set, in the dataset or drawn, and whether the dataset has the rows that are drawn. */
export const splitFits = defineCheck({
  name: "split-fits",
  about: "There is a test set, and rows are left to train on.",
  source: import.meta.url,
  path: ["pipeline", SPLIT],
  check(known) {
    const { params, makersOf } = known;
    const split = params.split as DrawnSets | undefined;
    const beforeSplit = (name: string) => makersOf(name).slice(0, makersOf(name).indexOf(SPLIT));
    const { trainRows, testRows } = knownData(split === undefined ? known : { ...known, makersOf: beforeSplit });
    if (testRows === 0 && split?.test === undefined && params.validate !== undefined) {
      throw new FormatError('the dataset has no test set. Draw one from its rows: "split": { "test": 0.2 }.');
    }
    if (split === undefined) return;
    if (testRows !== null && testRows > 0 && split.test !== undefined) {
      throw new FormatError(`the dataset has a test set, of ${testRows} rows. Leave out test, which draws one.`);
    }
    if (beforeSplit("train_images").includes(NORMALIZE)) {
      throw new FormatError(
        "validation rows must not be part of what normalize measures. Put split before it in the chain.",
      );
    }
    if (trainRows !== null) splitSizes(split, trainRows);
  },
});
