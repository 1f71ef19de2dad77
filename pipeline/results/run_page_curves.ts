/** The curves of a run's page. */
import type { CurvesData } from "../pages/page_data.ts";
import { neverPredicted, WORTH_A_WORD } from "./stall.ts";
import type { Summary } from "./summary.ts";

/** Loss and accuracy over the epochs; and what stalls, where anything did. */
export function curvesOf(summary: Summary): CurvesData[] {
  const all = allCurves(summary);
  return everStalled(summary) ? all : all.slice(0, 2);
}

/** Before the first epoch nobody expects all classes. */
function everStalled({ training, evaluations }: Summary): boolean {
  return training.some(({ train_clamped }) => train_clamped !== null && train_clamped >= WORTH_A_WORD) ||
    evaluations.slice(1).some(({ confusion }) => neverPredicted(confusion).length > 0);
}

function allCurves({ training, evaluations, experiment }: Summary): CurvesData[] {
  const { reduction } = experiment.pipeline.train.loss;
  const loss = reduction === "sum"
    ? `cross-entropy, summed over a batch of ${experiment.pipeline.batch.size}`
    : "cross-entropy, mean of an image";

  return [
    {
      firstEpoch: 0,
      title: "Loss",
      about: loss,
      unit: "number",
      series: [
        { label: "test", colour: "blue", dashed: false, values: evaluations.map((one) => one.loss) },
        { label: "train", colour: "vermilion", dashed: true, values: training.map((one) => one.train_loss) },
      ],
    },
    {
      firstEpoch: 0,
      title: "Accuracy",
      about: "share of images classified right; epoch 0 is the untrained model",
      unit: "share",
      series: [
        { label: "test", colour: "blue", dashed: false, values: evaluations.map((one) => one.accuracy) },
        { label: "train", colour: "vermilion", dashed: true, values: training.map((one) => one.train_accuracy) },
      ],
    },
    {
      firstEpoch: 0,
      title: "Clamped samples",
      about: "share of the training samples whose loss is clamped before their step",
      unit: "share",
      series: [{ label: "clamped", colour: "purple", dashed: false, values: training.map((one) => one.train_clamped) }],
    },
    {
      firstEpoch: 0,
      title: "Classes predicted",
      about: "classes that the test set's predictions contain",
      unit: "number",
      series: [{
        label: "classes",
        colour: "green",
        dashed: false,
        values: evaluations.map(({ confusion }) => confusion.length - neverPredicted(confusion).length),
      }],
    },
  ];
}
