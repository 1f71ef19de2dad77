/**
 * Curves over epochs, as the loss and the accuracy chart draw them: values with gaps, the epoch axis, the look of a
 * line, and the last value written beside its end.
 */
import type { Chart, ChartDataset, Plugin } from "chart.js";
import { contextOf, measureWidth } from "./canvas.ts";
import { formatTick } from "./chart_text.ts";
import { cssFont, MARGIN, type Options, SIZES, SURFACE, TEXTS } from "./chart_theme.ts";

/** A value at an epoch; null is a gap. */
export interface Point {
  x: number;
  y: number | null;
}

/** How a curve is drawn; its form and dashes tell it apart without colour. */
export interface LineStyle {
  label: string;
  colour: string;
  form: "circle" | "rectRot" | "triangle";
  dash?: number[];
}

/** One curve of a chart: its points, its look, the colour of its texts. */
export interface Curve {
  points: Point[];
  style: LineStyle;
  textColour: string;
}

/** The text to write beside the last finite value of a dataset. */
export interface EndLabel {
  dataset: number;
  colour: string;
  text: string;
}

type Scale = NonNullable<Options["scales"]>[string];

/** Longest curve, in epochs, of which every point is marked. */
const MARKED_EPOCHS = 60;

/** Room in pixels between the end of a curve and its label. */
const END_LABEL_GAP = 12;

/** Points of consecutive epochs; NaN, infinities and null become gaps. */
export function toPoints(values: readonly (number | null)[], firstEpoch: number): Point[] {
  return values.map((value, i) => ({ x: firstEpoch + i, y: finite(value) }));
}

function finite(value: number | null): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The points that are no gaps. */
export function known(points: readonly Point[]): { x: number; y: number }[] {
  return points.flatMap(({ x, y }) => (y === null ? [] : [{ x, y }]));
}

/** A curve; a point between two gaps is always marked, for no line leads to it. */
export function lineDataset(points: Point[], style: LineStyle): ChartDataset<"line", Point[]> {
  const markAll = points.length <= MARKED_EPOCHS;
  const alone = (i: number) => (points[i - 1]?.y ?? null) === null && (points[i + 1]?.y ?? null) === null;
  return {
    label: style.label,
    data: points,
    borderColor: style.colour,
    backgroundColor: style.colour,
    borderWidth: 2,
    borderDash: style.dash ?? [],
    pointStyle: style.form,
    pointRadius: points.map((_, i) => (markAll || alone(i) ? 3.5 : 0)),
    pointBorderWidth: 0,
    spanGaps: false,
    // Room for points that lie on the frame.
    clip: 8,
  };
}

/** The axis of epochs, from 0 (the untrained model) to `last`; an untrained model alone stands in the middle. */
export function epochAxis(last: number): Scale {
  const untrainedOnly = last <= 0;
  return {
    type: "linear",
    min: untrainedOnly ? -1 : 0,
    max: untrainedOnly ? 1 : last,
    title: axisTitle("epoch (0: untrained)"),
    grid: { drawOnChartArea: false, tickColor: SURFACE.frame },
    border: { color: SURFACE.frame },
    ticks: {
      precision: 0,
      maxTicksLimit: 13,
      includeBounds: false,
      color: TEXTS.ink,
      font: { size: SIZES.tick },
      maxRotation: 0,
      callback: (epoch) => (Number(epoch) > Math.max(last, 0) || Number(epoch) < 0 ? "" : formatTick(Number(epoch))),
    },
  };
}

/** The title of an axis. */
export function axisTitle(text: string) {
  return { display: true, text, color: TEXTS.ink, font: { size: SIZES.axis } };
}

/** The legend above a chart, its marks in the form of the points. */
export function legend(filter?: (datasetIndex: number) => boolean) {
  return {
    display: true,
    position: "top" as const,
    align: "start" as const,
    labels: {
      usePointStyle: true,
      boxHeight: 8,
      padding: 16,
      color: TEXTS.ink,
      font: { size: SIZES.tick },
      filter: (item: { datasetIndex?: number }) => filter?.(item.datasetIndex ?? 0) ?? true,
    },
  };
}

/** The labels of these curves, dataset i being curve i; a curve that breaks off says at which epoch. */
export function endLabelsOf(curves: readonly Curve[], format: (value: number) => string): EndLabel[] {
  return curves.flatMap(({ points, textColour }, dataset) => {
    const last = known(points).at(-1);
    if (last === undefined) return [];
    const brokenOff = last.x === points.at(-1)?.x ? "" : ` (epoch ${last.x})`;
    return [{ dataset, colour: textColour, text: format(last.y) + brokenOff }];
  });
}

/** Room in pixels that the labels need to the right of the chart, the picture's margin included. */
export function endLabelRoom(labels: readonly EndLabel[]): number {
  const widths = labels.map((label) => measureWidth(label.text, cssFont(SIZES.note, "bold")));
  return MARGIN + END_LABEL_GAP + Math.ceil(Math.max(0, ...widths));
}

/** Writes each curve's last value to the right of the chart, moved apart where two would touch. */
export function endLabels(labels: readonly EndLabel[]): Plugin {
  const lineHeight = 17;
  return {
    id: "endLabels",
    afterDatasetsDraw(chart: Chart) {
      const context = contextOf(chart);
      const places = labels.map((label) => ({ ...label, y: lastPixel(chart, label.dataset) }))
        .flatMap((place) => (place.y === null ? [] : [{ ...place, y: place.y }]))
        .sort((a, b) => a.y - b.y);
      for (let i = 1; i < places.length; i++) places[i].y = Math.max(places[i].y, places[i - 1].y + lineHeight);
      const excess = Math.max(0, (places.at(-1)?.y ?? 0) - chart.chartArea.bottom);
      context.save();
      context.font = cssFont(SIZES.note, "bold");
      context.textAlign = "left";
      context.textBaseline = "middle";
      for (const { text, colour, y } of places) {
        context.fillStyle = colour;
        context.fillText(text, chart.chartArea.right + END_LABEL_GAP, y - excess);
      }
      context.restore();
    },
  };
}

function lastPixel(chart: Chart, dataset: number): number | null {
  const data = chart.data.datasets[dataset].data as unknown as Point[];
  const index = data.findLastIndex((point) => point.y !== null);
  return index < 0 ? null : chart.getDatasetMeta(dataset).data[index].y;
}

/** Writes a message into the middle of a chart that has nothing to show. */
export function emptyMessage(message: string): Plugin {
  return {
    id: "emptyMessage",
    afterDraw(chart: Chart) {
      const { left, right, top, bottom } = chart.chartArea;
      const context = contextOf(chart);
      context.save();
      context.font = cssFont(16);
      context.fillStyle = TEXTS.muted;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(message, (left + right) / 2, (top + bottom) / 2);
      context.restore();
    },
  };
}
