/** What comes out class by class. */
import { defineFigure } from "../../define/figure.ts";
import type { Evaluation } from "../epoch_results.ts";

/** Precision and recall of every class. */
export const classes = defineFigure<Evaluation>({
  name: "classes",
  title: "Precision and recall",
  about: "Of every class: precision, recall, and how many test images it has.",
  source: import.meta.url,
  form: "detail",
  better: null,
  from: "evaluation",
  value: ({ classes }) => classes,
});

/** The confusion matrix. */
export const confusion = defineFigure<Evaluation>({
  name: "confusion",
  title: "Confusion matrix",
  about: "How many test images of each true class (a row) are classified as each class (a column).",
  source: import.meta.url,
  form: "detail",
  better: null,
  from: "evaluation",
  value: ({ confusion }) => confusion,
});
