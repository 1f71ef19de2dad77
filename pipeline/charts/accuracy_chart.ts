/**
 * The test accuracy over the epochs. When the trained values lie close together, an upper panel shows them enlarged,
 * for beside the untrained model's value they would look like one flat line.
 */
import type { Chart, Plugin } from "chart.js";
import { contextOf, renderPng } from "./canvas.ts";
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
  type Point,
  toPoints,
} from "./series.ts";
import { formatPercent, formatTick, heading } from "./chart_text.ts";
import {
  baseOptions,
  type Config,
  cssFont,
  MARGIN,
  MARKS,
  type Options,
  SIZES,
  SURFACE,
  TEXTS,
} from "./chart_theme.ts";

/** What an accuracy chart shows; values are shares of 1. NaN, infinities and null are gaps. */
export interface AccuracyHistory {
  title: string;
  /** `accuracy[i]` is the share of test images classified right after epoch i; `accuracy[0]` is the untrained model's. */
  accuracy: readonly (number | null)[];
  /** The mean of the test batches' accuracies after epoch i, where a last, smaller batch weighs as much as the others. */
  meanBatch?: readonly (number | null)[];
}

const WIDTH = 1000;
const HEIGHT = 560;
const HEIGHT_WITH_ZOOM = 660;

/** Trained values that lie within this many percentage points get a panel of their own. */
const ZOOM_SPAN = 25;

/** Draws `accuracy.png`, 1000 x 560 pixels, or 1000 x 660 with the enlarged panel. */
export function accuracyChart(history: AccuracyHistory): Uint8Array<ArrayBuffer> {
  const curves = curvesOf(history).filter((curve) => known(curve.points).length > 0);
  const zoom = zoomRange(curves);
  const labels = endLabelsOf(curves, (value) => formatPercent(value / 100));
  const best = bestOf(curves);
  const rightMargin = endLabelRoom(labels);
  const base = baseOptions(heading(history.title, summary(curves), WIDTH - MARGIN - rightMargin), rightMargin);
  const config: Config = {
    type: "line",
    data: {
      datasets: [
        ...curves.map((curve) => ({ ...lineDataset(curve.points, curve.style), yAxisID: "y" })),
        ...(zoom === null ? [] : curves.map((curve) => ({
          ...lineDataset(curve.points.filter((point) => point.x > 0), curve.style),
          yAxisID: "zoom",
        }))),
      ],
    },
    options: {
      ...base,
      plugins: { ...base.plugins, legend: legend((dataset) => dataset < curves.length) },
      scales: { x: epochAxis(lastEpoch(history)), ...panels(zoom) },
    },
    plugins: [
      endLabels(zoom === null ? labels : labels.map((label) => ({ ...label, dataset: label.dataset + curves.length }))),
      ...(best === null ? [emptyMessage("No accuracy was recorded.")] : []),
      ...(best === null || lastEpoch(history) === 0
        ? []
        : [bestMark(best, zoom === null || best.x === 0 ? "y" : "zoom")]),
    ],
  };
  return renderPng(config, WIDTH, zoom === null ? HEIGHT : HEIGHT_WITH_ZOOM);
}

function curvesOf(history: AccuracyHistory): Curve[] {
  const percent = (values: readonly (number | null)[]) =>
    toPoints(values.map((value) => (value === null ? null : value * 100)), 0);
  return [
    {
      points: percent(history.accuracy),
      style: { label: "test accuracy (all images)", colour: MARKS.blue, form: "circle" },
      textColour: TEXTS.blue,
    },
    {
      points: percent(history.meanBatch ?? []),
      style: { label: "mean of the test batches' accuracies", colour: MARKS.vermilion, form: "rectRot", dash: [7, 4] },
      textColour: TEXTS.vermilion,
    },
  ];
}

function lastEpoch(history: AccuracyHistory): number {
  return Math.max(history.accuracy.length, history.meanBatch?.length ?? 0) - 1;
}

function summary(curves: readonly Curve[]): string {
  const points = known(curves[0]?.points ?? []);
  const last = points.at(-1);
  const best = bestOf(curves);
  if (last === undefined || best === null) return "";
  const words = [];
  if (last.x > 0) {
    words.push(`final ${formatPercent(last.y / 100)} (epoch ${last.x})`);
    words.push(`best ${formatPercent(best.y / 100)} (epoch ${best.x})`);
  }
  if (points[0].x === 0) words.push(`untrained ${formatPercent(points[0].y / 100)}`);
  return `Test accuracy: ${words.join("  ·  ")}`;
}

/** The first epoch that reached the highest value of the first curve. */
function bestOf(curves: readonly Curve[]): { x: number; y: number } | null {
  const points = known(curves[0]?.points ?? []);
  return points.reduce<{ x: number; y: number } | null>((a, b) => (a !== null && a.y >= b.y ? a : b), null);
}

/** The range in percent of the enlarged panel, or null when one panel shows all there is. */
function zoomRange(curves: readonly Curve[]): [number, number] | null {
  const trained = curves.flatMap((curve) => known(curve.points)).filter((point) => point.x > 0).map((point) => point.y);
  if (trained.length < 2) return null;
  const least = Math.min(...trained);
  const most = Math.max(...trained);
  const span = Math.max(most - least, 0.5);
  return most - least > ZOOM_SPAN ? null : [least - 0.15 * span, most + 0.3 * span];
}

/** An axis that only takes up room. */
const HIDDEN = { ticks: { display: false }, grid: { display: false }, border: { display: false } };

function panels(zoom: [number, number] | null): NonNullable<Options["scales"]> {
  const axis = (title: string) => ({
    type: "linear" as const,
    title: axisTitle(title),
    grid: { color: SURFACE.grid, tickColor: SURFACE.frame },
    border: { color: SURFACE.frame },
    ticks: {
      color: TEXTS.ink,
      font: { size: SIZES.tick },
      includeBounds: false,
      callback: (value: string | number) => `${formatTick(Number(value))}%`,
    },
  });
  const whole = { ...axis("accuracy"), min: 0, max: 100 };
  if (zoom === null) return { y: whole };
  return {
    y: { ...whole, stack: "panels", stackWeight: 2, ticks: { ...whole.ticks, stepSize: 25, includeBounds: true } },
    between: { type: "linear", axis: "y", stack: "panels", stackWeight: 0.3, ...HIDDEN },
    zoom: { ...axis("accuracy, enlarged"), axis: "y", min: zoom[0], max: zoom[1], stack: "panels", stackWeight: 3 },
  };
}

/** Rings the best value and writes it above. */
function bestMark(best: Point & { y: number }, axis: string): Plugin {
  return {
    id: "bestMark",
    afterDatasetsDraw(chart: Chart) {
      const context = contextOf(chart);
      const x = chart.scales.x.getPixelForValue(best.x);
      const y = chart.scales[axis].getPixelForValue(best.y);
      const { left, right } = chart.chartArea;
      context.save();
      context.strokeStyle = TEXTS.green;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, y, 8, 0, 2 * Math.PI);
      context.stroke();
      context.font = cssFont(SIZES.note, "bold");
      context.fillStyle = TEXTS.green;
      context.textAlign = x > right - 120 ? "right" : x < left + 120 ? "left" : "center";
      context.fillText(`best ${formatPercent(best.y / 100)}, epoch ${best.x}`, x, y - 15);
      context.restore();
    },
  };
}
