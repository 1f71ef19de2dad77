/**
 * What still learns: the share of training samples whose class's probability lies below the loss's clamp, beside the
 * test accuracy, and below them how many classes the model predicts at all. A model that stalls shows it here.
 */
import { renderPng } from "./canvas.ts";
import {
  axisTitle,
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
import { formatPercent, formatTick, heading } from "./chart_text.ts";
import { baseOptions, MARGIN, MARKS, type Options, SIZES, SURFACE, TEXTS } from "./chart_theme.ts";

/** What the chart shows; shares of 1. NaN, infinities and null are gaps. */
export interface ClampedHistory {
  title: string;
  /** What it says in words, below the title. */
  summary: string;
  /** `clamped[i]` is the share of training samples that were clamped in epoch i + 1. */
  clamped: readonly (number | null)[];
  /** `accuracy[i]` is the test accuracy after epoch i; `accuracy[0]` is the untrained model's. */
  accuracy: readonly (number | null)[];
  /** `predicted[i]` is how many classes the model of epoch i predicts at least once on the test set. */
  predicted: readonly (number | null)[];
  /** How many classes there are. */
  classes: number;
}

const WIDTH = 1000;
const HEIGHT = 660;

/** Draws `clamped.png`, 1000 x 660 pixels. */
export function clampedChart(history: ClampedHistory): Uint8Array<ArrayBuffer> {
  const { classes } = history;
  const [shares, counts] = [shareCurves(history), countCurve(history)];
  const curves = [...shares, counts];
  const labels = [
    ...endLabelsOf(shares, (value) => formatPercent(value / 100)),
    ...endLabelsOf([counts], (value) => `${value} of ${classes}`).map((label) => ({
      ...label,
      dataset: shares.length,
    })),
  ];
  const rightMargin = endLabelRoom(labels);
  const base = baseOptions(heading(history.title, history.summary, WIDTH - MARGIN - rightMargin), rightMargin);
  const isEmpty = curves.every(({ points }) => known(points).length === 0);
  return renderPng(
    {
      type: "line",
      data: {
        datasets: curves.map((curve) => ({
          ...lineDataset(curve.points, curve.style),
          yAxisID: curve === counts ? "classes" : "shares",
        })),
      },
      options: {
        ...base,
        plugins: { ...base.plugins, legend: legend() },
        scales: {
          x: epochAxis(Math.max(history.accuracy.length, history.predicted.length, history.clamped.length + 1) - 1),
          ...panels(classes),
        },
      },
      plugins: [endLabels(labels), ...(isEmpty ? [emptyMessage("No epoch was recorded.")] : [])],
    },
    WIDTH,
    HEIGHT,
  );
}

function shareCurves({ clamped, accuracy }: ClampedHistory): Curve[] {
  const percent = (values: readonly (number | null)[]) => values.map((value) => (value === null ? null : value * 100));
  return [
    {
      points: toPoints(percent(accuracy), 0),
      style: { label: "test accuracy", colour: MARKS.blue, form: "circle" },
      textColour: TEXTS.blue,
    },
    {
      points: toPoints(percent(clamped), 1),
      style: { label: "training samples that are clamped", colour: MARKS.vermilion, form: "rectRot", dash: [7, 4] },
      textColour: TEXTS.vermilion,
    },
  ];
}

function countCurve({ predicted }: ClampedHistory): Curve {
  return {
    points: toPoints(predicted, 0),
    style: { label: "classes predicted on the test set", colour: MARKS.green, form: "triangle", dash: [2, 3] },
    textColour: TEXTS.green,
  };
}

/** An axis that only takes up room. */
const HIDDEN = { ticks: { display: false }, grid: { display: false }, border: { display: false } };

/** Shares above, counts of classes below. */
function panels(classes: number): NonNullable<Options["scales"]> {
  const axis = (title: string, max: number, stepSize: number, unit: string) => ({
    type: "linear" as const,
    axis: "y" as const,
    stack: "panels",
    min: 0,
    max,
    title: axisTitle(title),
    grid: { color: SURFACE.grid, tickColor: SURFACE.frame },
    border: { color: SURFACE.frame },
    ticks: {
      color: TEXTS.ink,
      font: { size: SIZES.tick },
      stepSize,
      callback: (value: string | number) => `${formatTick(Number(value))}${unit}`,
    },
  });
  return {
    classes: { ...axis("classes predicted", classes, Math.max(1, Math.ceil(classes / 5)), ""), stackWeight: 2 },
    between: { type: "linear", axis: "y", stack: "panels", stackWeight: 0.4, ...HIDDEN },
    shares: { ...axis("share", 100, 20, "%"), stackWeight: 4 },
  };
}
