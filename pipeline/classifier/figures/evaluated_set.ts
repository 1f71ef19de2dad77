/** Which set of rows an evaluation is of: figures of the test set, and figures of the validation rows. */
import type { KnownOfRun } from "../../define/experiment_check.ts";
import type { AnyEvaluation, Evaluation, RegressionEvaluation } from "../kinds/json_kinds.ts";
import { ADVICE, lacksValidationRows } from "../kinds/validation_rows.ts";
import { TEST_DATA, TRAINING_DATA } from "./compared_data.ts";

/** Undefined for an evaluation of which it is no figure: the accuracy of predicted numbers. */
type Value = (evaluation: Partial<Evaluation & RegressionEvaluation>) => unknown;

/** A figure of the test set: after every epoch, or with validation rows once, after the last. */
export function ofTest(value: Value) {
  return {
    from: ["evaluation", "test_evaluation"],
    dependsOn: TEST_DATA as readonly string[],
    value: (evaluation: AnyEvaluation) => evaluation.set === undefined ? value(evaluation) : undefined,
  };
}

/** A figure of the validation rows, after every epoch. A run without a split lacks it. */
export function ofValidation(value: Value) {
  return {
    from: "evaluation",
    dependsOn: TRAINING_DATA as readonly string[],
    value: (evaluation: AnyEvaluation) => evaluation.set === "validation" ? value(evaluation) : undefined,
    lacks: (known: KnownOfRun) => lacksValidationRows(known) ? ADVICE : null,
  };
}
