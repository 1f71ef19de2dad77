/** How far predicted numbers are from the targets. Runs that classify lack these figures. */
import { defineFigure, type FigureDefinition } from "../../define/figure.ts";
import type { AnyEvaluation } from "../kinds/json_kinds.ts";
import { figureOf, TITLES } from "./evaluated_set.ts";

const ABOUT = {
  mae: "Mean absolute error: how far predictions are from the targets on average.",
  rmse: "Square root of the mean squared error, in the unit of the targets.",
  r2:
    "Coefficient of determination: 1 for perfect predictions, 0 for those that are no better than the mean of the targets.",
};
const NAMES = { mae: "MAE", rmse: "RMSE", r2: "R²" };

/** The figures of the validation rows, then those of the test set. */
export const regressionFigures: readonly FigureDefinition[] = (["validation", "test"] as const).flatMap((set) =>
  (["r2", "mae", "rmse"] as const).map((name) => {
    const value = (found: Partial<Record<typeof name, number | null>>) =>
      found[name] === null && name !== "r2" ? Infinity : found[name];
    return defineFigure<AnyEvaluation>({
      ...figureOf(set, name, value),
      source: import.meta.url,
      title: `${TITLES[set]} ${NAMES[name]}`,
      about: ABOUT[name],
      form: "number",
      better: name === "r2" ? "higher" : "lower",
      shownIn: ["summary", "compare", "ui"],
    });
  })
);
