/**
 * Signs of a model that stalls. A probability below the loss's clamp has no gradient: a training sample whose label falls
 * below it contributes nothing, and a class that is never predicted rarely recovers.
 */
import { defineFigure, type FigureDefinition, finalValue, type FinishedRun, type Remark } from "../../define/figure.ts";
import { cellsOf, type Confusion, sizeOfConfusion } from "../kinds/confusion_matrix.ts";
import type { AnyEvaluation, EpochMetrics } from "../kinds/json_kinds.ts";
import { CLASS_COUNT, TEST_DATA, TRAINING_DATA } from "./compared_data.ts";
import { type EvaluatedSet, figureOf } from "./evaluated_set.ts";

/** From this share on, clamped samples are worth a remark. */
const WORTH_A_REMARK = 0.01;

/** A remark names at most this many classes. */
const MAX_LISTED = 16;

/** The samples that are clamped, and the classes that are predicted and those that are not. */
export const stallFigures: readonly FigureDefinition[] = [
  defineFigure<EpochMetrics>({
    source: import.meta.url,
    name: "train_clamped",
    title: "Clamped samples",
    heading: "clamped",
    about: "Share of the training samples whose label has a probability below the loss's clamp before their step.",
    form: "percent",
    dependsOn: [...TRAINING_DATA, "train.loss.name", "train.loss.clamp"],
    shownIn: ["summary", "compare"],
    column: { name: "train_clamped" },
    from: "metrics",
    value: ({ train_clamped }) => train_clamped,
    remark: clampedRemark,
  }),
  ...predictedOn("validation"),
  ...predictedOn("test"),
  defineFigure<AnyEvaluation>({
    ...figureOf("test", "never_predicted", ({ confusion }) => confusion && neverPredicted(confusion)),
    source: import.meta.url,
    column: undefined,
    title: "Classes never predicted",
    about: "Classes that the model predicts for no test example.",
    form: "detail",
    dependsOn: [...TEST_DATA, CLASS_COUNT],
    remark({ epochs, figures }) {
      const classes = finalValue(figures, "never_predicted") as number[];
      // An untrained model is not expected to predict all classes.
      const names = finalValue(figures, "class_names") as string[] | null;
      return epochs === 0 || classes.length === 0 ? null : { text: `never predicted: ${listed(classes, names)}` };
    },
  }),
];

function predictedOn(set: EvaluatedSet): FigureDefinition[] {
  const ofSet = figureOf(set, "classes_predicted", countPredicted);
  return [defineFigure<AnyEvaluation>({
    ...ofSet,
    source: import.meta.url,
    title: set === "test" ? "Classes predicted" : "Classes predicted in validation",
    about: `Classes that the model predicts for at least one ${set} example.`,
    form: "count",
    dependsOn: [...ofSet.dependsOn, CLASS_COUNT],
    ...(set === "validation" ? {} : {
      heading: "classes",
      shownIn: ["summary", "compare"],
      note: (figures) => `of ${sizeOfConfusion(finalValue(figures, "confusion") as Confusion)}`,
    }),
  })];
}

function countPredicted({ confusion }: { confusion?: Confusion }): number | undefined {
  return confusion && sizeOfConfusion(confusion) - neverPredicted(confusion).length;
}

/** The classes without a prediction. */
function neverPredicted(confusion: Confusion): number[] {
  const predicted = new Set(cellsOf(confusion).map(([, predicted]) => predicted));
  return Array.from({ length: sizeOfConfusion(confusion) }, (_, c) => c).filter((c) => !predicted.has(c));
}

function listed(classes: readonly number[], names: readonly string[] | null): string {
  const more = classes.length - MAX_LISTED;
  const first = classes.slice(0, MAX_LISTED).map((number) => names?.[number] ?? number);
  return first.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function clampedRemark({ figures, experiment }: FinishedRun): Remark | null {
  const share = finalValue(figures, "train_clamped");
  if (typeof share !== "number" || share < WORTH_A_REMARK) return null;
  const samples = `${(share * 100).toFixed(1)} % of the training samples`;
  const { gradient, loss } = experiment.pipeline.train ?? {};
  if (gradient === "manual") {
    return {
      text: `${samples} are below the clamp, which manual gradients ignore`,
      explanation: "The manual gradient formula does not go through the clamp, so these samples still contribute.",
    };
  }
  return {
    text: `${samples} have no gradient`,
    explanation:
      `The loss clamps probabilities at ${(loss as { clamp?: number } | undefined)?.clamp} and is flat below. ` +
      "A sample whose label has a lower probability changes no weight, however wrong the prediction is, so a class that " +
      'is lost in this way is not found again. A smaller learning rate, or "reduction": "mean", keeps probabilities from ' +
      "falling that far.",
  };
}
