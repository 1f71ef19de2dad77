/** The results class by class. */
import { defineFigure, type FigureDefinition } from "../../define/figure.ts";
import type { Evaluation } from "../epoch_results.ts";

/** Precision and recall, and the confusion matrix that they are computed from. */
export const classFigures: readonly FigureDefinition[] = [
  defineFigure<Evaluation>({
    name: "classes",
    title: "Precision and recall",
    about: "Precision, recall and number of test images of every class.",
    source: import.meta.url,
    form: "detail",
    from: "evaluation",
    value: ({ classes }) => classes,
  }),
  defineFigure<Evaluation>({
    name: "confusion",
    title: "Confusion matrix",
    about: "How many test images of each true class (a row) are classified as each class (a column).",
    source: import.meta.url,
    form: "detail",
    from: "evaluation",
    value: ({ confusion }) => confusion,
  }),
];
