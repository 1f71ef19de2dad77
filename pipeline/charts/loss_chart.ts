/**
 * The loss over the epochs, of the training set and of the test set.
 */
import { renderPng } from "./canvas.ts";
import {
  type Curve,
  emptyMessage,
  endLabelRoom,
  endLabels,
  endLabelsOf,
  epochAxis,
  known,
  legend,
  lineDataset,
  toPoints,
} from "./series.ts";
import { formatValue, heading } from "./chart_text.ts";
import { baseOptions, MARGIN, MARKS, TEXTS } from "./chart_theme.ts";
import { valueAxis } from "./value_axis.ts";

/** What a loss chart shows. NaN, infinities and null are gaps in a curve. */
export interface LossHistory {
  title: string;
  /** `train[i]` is the loss of epoch i + 1, the mean over its batches while the weights moved. */
  train: readonly (number | null)[];
  /** `test[i]` is the loss after epoch i; `test[0]` is the untrained model's. */
  test: readonly (number | null)[];
  /** What one value is, the same for both curves: "summed cross-entropy per batch of 64". */
  reduction: string;
}

const WIDTH = 1000;
const HEIGHT = 560;

/** Draws `loss.png`, 1000 x 560 pixels. The axis is logarithmic when the losses span more than a factor of 20. */
export function lossChart(history: LossHistory): Uint8Array<ArrayBuffer> {
  const curves = curvesOf(history).filter((curve) => known(curve.points).length > 0);
  const values = curves.flatMap((curve) => known(curve.points)).map((point) => point.y);
  const labels = endLabelsOf(curves, formatValue);
  const rightMargin = endLabelRoom(labels);
  const base = baseOptions(heading(history.title, "", WIDTH - MARGIN - rightMargin), rightMargin);
  return renderPng(
    {
      type: "line",
      data: { datasets: curves.map((curve) => lineDataset(curve.points, curve.style)) },
      options: {
        ...base,
        plugins: { ...base.plugins, legend: legend() },
        scales: {
          x: epochAxis(Math.max(history.train.length, history.test.length - 1)),
          y: valueAxis(values, history.reduction),
        },
      },
      plugins: [endLabels(labels), ...(values.length === 0 ? [emptyMessage("No finite loss was recorded.")] : [])],
    },
    WIDTH,
    HEIGHT,
  );
}

function curvesOf(history: LossHistory): Curve[] {
  return [
    {
      points: toPoints(history.train, 1),
      style: { label: "train (mean over the epoch's batches)", colour: MARKS.blue, form: "circle" },
      textColour: TEXTS.blue,
    },
    {
      points: toPoints(history.test, 0),
      style: { label: "test (after the epoch)", colour: MARKS.vermilion, form: "rectRot", dash: [7, 4] },
      textColour: TEXTS.vermilion,
    },
  ];
}
