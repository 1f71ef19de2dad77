/**
 * The reliability diagram: of the images of like confidence, how many are right. Bars that end at the diagonal belong to
 * a model whose probabilities can be taken at their word. Below, how many images each bar stands for.
 */
import type { Chart, Plugin } from "chart.js";
import { type Context, contextOf, renderPng } from "./canvas.ts";
import { axisTitle, emptyMessage } from "./series.ts";
import { writeText } from "./sheet.ts";
import { formatCount, formatPercent, formatTick, heading } from "./chart_text.ts";
import { baseOptions, MARGIN, MARKS, type Options, SIZES, SURFACE, TEXTS } from "./chart_theme.ts";

/** Images whose confidence is above `from` and up to `to`, shares of 1. */
export interface ReliabilityBin {
  from: number;
  to: number;
  count: number;
  /** Mean confidence and share of right predictions; null where there is no image. */
  confidence: number | null;
  accuracy: number | null;
}

/** What a reliability diagram shows; shares of 1. */
export interface Reliability {
  title: string;
  bins: readonly ReliabilityBin[];
  /** Over all images; null where there is none. */
  confidence: number | null;
  accuracy: number | null;
  /** Σ over the bins of their share of the images · |accuracy − confidence|. */
  expectedError: number | null;
}

const WIDTH = 860;
const HEIGHT = 800;
/** Room for the last tick of the axis. */
const RIGHT = 44;

/** A bar's gap: vermilion, thinned with white. */
const GAP_FILL = "#F7DCCB";

/** The gap between a bar and the diagonal, in percentage points, from which a model counts as too sure or unsure. */
const WORTH_A_WORD = 0.5;

/** Draws `calibration.png`, laid out in 860 x 800 pixels. */
export function calibrationChart(reliability: Reliability): Uint8Array<ArrayBuffer> {
  const { title, bins } = reliability;
  const base = baseOptions(heading(title, summary(reliability), WIDTH - MARGIN - RIGHT), RIGHT);
  const isEmpty = bins.every(({ count }) => count === 0);
  return renderPng(
    {
      type: "scatter",
      data: { datasets: [] },
      options: { ...base, plugins: { ...base.plugins, legend: keys() }, scales: axes(bins) },
      plugins: [bars(bins), ...(isEmpty ? [emptyMessage("No confidence was recorded.")] : [])],
    },
    WIDTH,
    HEIGHT,
  );
}

function summary({ bins, confidence, accuracy, expectedError }: Reliability): string {
  if (confidence === null || accuracy === null || expectedError === null) return "";
  const points = (confidence - accuracy) * 100;
  const verdict = Math.abs(points) < WORTH_A_WORD
    ? "on the whole as sure as it is right"
    : points > 0
    ? "surer than it is right"
    : "less sure than it is right";
  return `Expected calibration error ${formatPercent(expectedError)}: the mean over all images of ` +
    `|accuracy − confidence| of their bin (${bins.length} bins of equal width). ` +
    `Mean confidence ${formatPercent(confidence)}, accuracy ${formatPercent(accuracy)}: the model is ${verdict}.`;
}

/** An axis that only takes up room. */
const HIDDEN = { ticks: { display: false }, grid: { display: false }, border: { display: false } };

function axes(bins: readonly ReliabilityBin[]): NonNullable<Options["scales"]> {
  const look = { grid: { color: SURFACE.grid, tickColor: SURFACE.frame }, border: { color: SURFACE.frame } };
  const ticks = { color: TEXTS.ink, font: { size: SIZES.tick } };
  const percent = (value: string | number) => `${formatTick(Number(value))}%`;
  const share = { type: "linear" as const, min: 0, max: 100, ...look };
  return {
    x: {
      ...share,
      title: axisTitle("confidence: probability of the predicted class"),
      grid: { display: false },
      ticks: { ...ticks, stepSize: 10, callback: percent },
    },
    count: {
      type: "linear",
      axis: "y",
      min: 0,
      // Room for the counts above the bars.
      max: Math.max(1, ...bins.map(({ count }) => count)) * 1.25,
      stack: "panels",
      stackWeight: 1.3,
      title: axisTitle("images"),
      ...look,
      grid: { display: false },
      ticks: {
        ...ticks,
        maxTicksLimit: 4,
        includeBounds: false,
        precision: 0,
        callback: (value: string | number) => formatTick(Number(value)),
      },
    },
    between: { type: "linear", axis: "y", stack: "panels", stackWeight: 0.2, ...HIDDEN },
    share: {
      ...share,
      axis: "y",
      stack: "panels",
      stackWeight: 4,
      title: axisTitle("accuracy: share that is right"),
      ticks: { ...ticks, stepSize: 20, callback: percent },
    },
  };
}

/** The legend: what a bar, an outline and the line are. */
function keys() {
  const key = (text: string, fillStyle: string, strokeStyle: string, lineDash: number[] = []) => ({
    text,
    fillStyle,
    strokeStyle,
    lineWidth: 2,
    lineDash,
    fontColor: TEXTS.ink,
  });
  return {
    display: true,
    position: "top" as const,
    align: "start" as const,
    onClick: () => {},
    labels: {
      boxWidth: 20,
      boxHeight: 9,
      padding: 16,
      color: TEXTS.ink,
      font: { size: SIZES.tick },
      generateLabels: () => [
        key("accuracy of the bin", MARKS.blue, MARKS.blue),
        key("its gap to the mean confidence", GAP_FILL, MARKS.vermilion),
        key("as sure as right", SURFACE.paper, TEXTS.ink, [5, 4]),
      ],
    },
  };
}

function bars(bins: readonly ReliabilityBin[]): Plugin {
  return {
    id: "bars",
    beforeDatasetsDraw(chart: Chart) {
      const context = contextOf(chart);
      const { x, share, count } = chart.scales;
      context.save();
      for (const bin of bins) {
        const left = Math.round(x.getPixelForValue(bin.from * 100)) + 3;
        const width = Math.round(x.getPixelForValue(bin.to * 100)) - 3 - left;
        drawBar(context, left, width, count.getPixelForValue(bin.count), count.bottom, MARKS.grey);
        writeText(context, formatCount(bin.count), left + width / 2, count.getPixelForValue(bin.count) - 10, {
          colour: bin.count === 0 ? TEXTS.muted : TEXTS.ink,
          size: SIZES.note,
          align: "center",
        });
        if (bin.accuracy === null || bin.confidence === null) continue;
        const [right, sure] = [bin.accuracy, bin.confidence].map((part) => share.getPixelForValue(part * 100));
        drawBar(context, left, width, right, share.bottom, MARKS.blue);
        drawGap(context, left, width, right, sure);
      }
      drawDiagonal(context, chart);
      context.restore();
    },
  };
}

function drawBar(context: Context, left: number, width: number, top: number, bottom: number, colour: string): void {
  context.fillStyle = colour;
  context.fillRect(left, top, width, bottom - top);
}

/** A box from the accuracy to the mean confidence, inside a bar that is higher than that; the accuracy is underlined. */
function drawGap(context: Context, left: number, width: number, right: number, sure: number): void {
  const [top, bottom] = [Math.min(right, sure), Math.max(right, sure)];
  context.fillStyle = GAP_FILL;
  context.fillRect(left, top, width, bottom - top);
  context.strokeStyle = MARKS.vermilion;
  context.lineWidth = 2;
  context.setLineDash([]);
  context.strokeRect(left + 1, top, width - 2, bottom - top);
  context.fillStyle = MARKS.blue;
  context.fillRect(left, right - 2, width, 4);
}

function drawDiagonal(context: Context, chart: Chart): void {
  const { x, share } = chart.scales;
  // A white line below the dashes keeps them visible on the bars.
  for (const [colour, width, dash] of [[SURFACE.paper, 3.5, []], [TEXTS.ink, 1.5, [5, 4]]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(x.getPixelForValue(0), share.getPixelForValue(0));
    context.lineTo(x.getPixelForValue(100), share.getPixelForValue(100));
    context.stroke();
  }
}
