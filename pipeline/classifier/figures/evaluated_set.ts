/** Which set of rows an evaluation is of: figures of the test set, and figures of the validation rows. */
import type { KnownOfRun } from "../../define/experiment_check.ts";
import type { AnyEvaluation, Evaluation, RegressionEvaluation } from "../kinds/json_kinds.ts";
import { ADVICE, lacksValidationRows } from "../kinds/validation_rows.ts";
import { TEST_DATA, TRAINING_DATA } from "./compared_data.ts";

/** Undefined for an evaluation of which it is no figure: the accuracy of predicted numbers. */
type Value = (evaluation: Partial<Evaluation & RegressionEvaluation>) => unknown;

/** A set of rows that is evaluated. */
export type EvaluatedSet = "validation" | "test";

/** The sets as titles have them. */
export const TITLES = { validation: "Validation", test: "Test" } as const;

/**
 * A figure of the test set: after every epoch, or with validation rows once, after the last. Or one of the validation rows,
 * called `validation.NAME`, after every epoch; a run without a split lacks it.
 */
export function figureOf(set: EvaluatedSet, name: string, value: Value) {
  const isTest = set === "test";
  return {
    name: isTest ? name : `validation.${name}`,
    from: isTest ? ["evaluation", "test_evaluation"] : "evaluation",
    dependsOn: (isTest ? TEST_DATA : TRAINING_DATA) as readonly string[],
    value: (evaluation: AnyEvaluation) => (evaluation.set ?? "test") === set ? value(evaluation) : undefined,
    column: { name: `${set}_${name}` },
    ...(isTest ? {} : { lacks: (known: KnownOfRun) => lacksValidationRows(known) ? ADVICE : null }),
  };
}
