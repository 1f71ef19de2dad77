/** The results class by class. */
import { defineFigure, type FigureDefinition } from "../../define/figure.ts";
import { DENSE_CLASSES } from "../kinds/confusion_matrix.ts";
import type { AnyEvaluation } from "../kinds/json_kinds.ts";
import { CLASS_COUNT, TEST_DATA } from "./compared_data.ts";
import { figureOf } from "./evaluated_set.ts";

const shared = {
  source: import.meta.url,
  form: "detail",
  dependsOn: [...TEST_DATA, CLASS_COUNT],
  column: undefined,
} as const;

/** Precision and recall, and the confusion matrix that they are computed from. */
export const classFigures: readonly FigureDefinition[] = [
  defineFigure<AnyEvaluation>({
    ...figureOf("test", "classes", ({ classes }) => classes),
    ...shared,
    title: "Precision and recall",
    about: "Precision, recall and number of test examples of every class.",
  }),
  defineFigure<AnyEvaluation>({
    ...figureOf("test", "confusion", ({ confusion }) => confusion),
    ...shared,
    title: "Confusion matrix",
    about: `How many test examples of each true class (a row) are classified as each class (a column). Of more than ` +
      `${DENSE_CLASSES} classes, the cells that are not 0.`,
  }),
];
