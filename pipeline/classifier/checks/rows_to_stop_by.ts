import { FormatError } from "../../../core/errors.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { targetOf } from "../kinds/chosen_format.ts";
import { ADVICE, lacksValidationRows } from "../kinds/validation_rows.ts";

/** Whether early stopping has validation rows to decide by, and can end the training. */
export const earlyStopping = defineCheck({
  name: "early-stopping",
  about: "Early stopping has validation rows to decide by.",
  source: import.meta.url,
  path: ["pipeline", "validate", "early_stopping"],
  check(known) {
    const { params } = known;
    const rule = params.validate?.early_stopping as { figure: string } | undefined;
    if (rule === undefined) return;
    if (lacksValidationRows(known)) {
      throw new FormatError(
        `it decides by validation rows, which this experiment has not: the test set must not choose. ${ADVICE}`,
      );
    }
    const stages = Object.keys(params);
    if (stages.indexOf("validate") !== stages.indexOf("train") + 1) {
      throw new FormatError("validate can end train only if it comes directly after it in the chain.");
    }
    if (rule.figure === "accuracy" && targetOf(params.tensorize) === "number") {
      throw new FormatError('numbers that are predicted have no accuracy. Write "figure": "loss".');
    }
  },
});
