/** The results class by class. */
import { defineFigure, type FigureDefinition } from "../../define/figure.ts";
import { DENSE_CLASSES } from "../kinds/confusion_matrix.ts";
import type { AnyEvaluation } from "../kinds/json_kinds.ts";
import { CLASS_COUNT, TEST_DATA } from "./compared_data.ts";
import { ofTest } from "./evaluated_set.ts";

const shared = { source: import.meta.url, form: "detail", dependsOn: [...TEST_DATA, CLASS_COUNT] } as const;

/** Precision and recall, and the confusion matrix that they are computed from. */
export const classFigures: readonly FigureDefinition[] = [
  defineFigure<AnyEvaluation>({
    ...ofTest(({ classes }) => classes),
    ...shared,
    name: "classes",
    title: "Precision and recall",
    about: "Precision, recall and number of test examples of every class.",
  }),
  defineFigure<AnyEvaluation>({
    ...ofTest(({ confusion }) => confusion),
    ...shared,
    name: "confusion",
    title: "Confusion matrix",
    about: `How many test examples of each true class (a row) are classified as each class (a column). Of more than ` +
      `${DENSE_CLASSES} classes, the cells that are not 0.`,
  }),
];
