/**
 * The reliability diagram: the bars of a well-calibrated model end at the diagonal.
 * Below it, the number of predictions in each bin.
 */
import type { Chart as Drawn } from "chart.js";
import { axisOver, tickLabel } from "../axis.ts";
import type { Chart, Reliability, ReliabilityBin } from "../marks.ts";
import { MARGIN, MARKS, SIZES, SURFACE, TEXTS } from "../theme.ts";
import { countText } from "../../text/numbers.ts";
import { type Context, renderPng } from "./canvas.ts";
import { axisScale, baseOptions, chartHeading, LEGEND, LEGEND_LABELS, type Scale, stacked } from "./chart_options.ts";
import { emptyMessage, painter, writeText } from "./sheet.ts";

const WIDTH = 860;
const HEIGHT = 800;
/** Room for the last tick of the axis. */
const RIGHT = 44;
/** A bar's gap: vermilion, thinned with white. */
const GAP_FILL = "#F7DCCB";
const SHARES = { ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], isLog: false };
const CONFIDENCES = { ticks: Array.from({ length: 11 }, (_, i) => i / 10), isLog: false };

/** Draws `reliability`, laid out in 860 x 800 pixels. */
export function reliabilityPng(chart: Chart, { bins }: Reliability): Uint8Array<ArrayBuffer> {
  const base = baseOptions(chartHeading(chart, WIDTH - MARGIN - RIGHT), RIGHT);
  const isEmpty = bins.every(({ count }) => count === 0);
  return renderPng(
    {
      type: "scatter",
      data: { datasets: [] },
      options: { ...base, plugins: { ...base.plugins, legend: KEYS }, scales: scalesOf(bins) },
      plugins: [
        painter("beforeDatasetsDraw", (context, drawn) => {
          for (const bin of bins) drawBin(context, bin, drawn);
          drawDiagonal(context, drawn);
        }),
        ...(isEmpty ? [emptyMessage("No confidence was recorded.")] : []),
      ],
    },
    WIDTH,
    HEIGHT,
  );
}

function scalesOf(bins: readonly ReliabilityBin[]): Record<string, Scale> {
  // Room for the counts above the bars.
  const most = Math.max(1, ...bins.map(({ count }) => count)) * 1.2;
  const counts = axisOver([0, most], "number");
  const count = axisScale("predictions", counts, (tick) => tickLabel(tick, "count"));
  const bare = { grid: { display: false } };
  const percent = (tick: number) => tickLabel(tick, "percent");
  const panels = [
    { id: "share", weight: 4, scale: axisScale("accuracy: share that is correct", SHARES, percent) },
    { id: "count", weight: 1.3, scale: { ...count, ...bare } as Scale },
  ];
  const x = axisScale("confidence: probability of the predicted class", CONFIDENCES, percent);
  return { x: { ...x, ...bare } as Scale, ...stacked(panels) };
}

/** The legend. */
const KEYS = {
  ...LEGEND,
  onClick: () => {},
  labels: {
    ...LEGEND_LABELS,
    boxWidth: 20,
    boxHeight: 9,
    generateLabels: () => [
      key("accuracy of the bin", MARKS.blue, MARKS.blue),
      key("its gap to the mean confidence", GAP_FILL, MARKS.vermilion),
      key("perfect calibration", SURFACE.paper, TEXTS.ink, [5, 4]),
    ],
  },
};

function key(text: string, fillStyle: string, strokeStyle: string, lineDash: number[] = []) {
  return { text, fillStyle, strokeStyle, lineWidth: 2, lineDash, fontColor: TEXTS.ink };
}

/** The bar of a bin, the gap between its accuracy and its confidence, and below how many predictions it has. */
function drawBin(context: Context, bin: ReliabilityBin, { scales: { x, share, count } }: Drawn): void {
  const left = Math.round(x.getPixelForValue(bin.from)) + 3;
  const width = Math.round(x.getPixelForValue(bin.to)) - 3 - left;
  const box = (top: number, bottom: number, colour: string) => {
    context.fillStyle = colour;
    context.fillRect(left, top, width, bottom - top);
  };
  const top = count.getPixelForValue(bin.count);
  box(top, count.bottom, MARKS.grey);
  const colour = bin.count === 0 ? TEXTS.grey : TEXTS.ink;
  writeText(context, countText(bin.count), left + width / 2, top - 10, { colour, size: SIZES.note, align: "center" });
  if (bin.accuracy === null || bin.confidence === null) return;
  const [right, sure] = [bin.accuracy, bin.confidence].map((value) => share.getPixelForValue(value));
  box(right, share.bottom, MARKS.blue);
  // If the accuracy is higher than the confidence, the gap is inside the bar; a line marks the accuracy.
  const [upper, lower] = [Math.min(right, sure), Math.max(right, sure)];
  box(upper, lower, GAP_FILL);
  context.strokeStyle = MARKS.vermilion;
  context.lineWidth = 2;
  context.strokeRect(left + 1, upper, width - 2, lower - upper);
  box(right - 2, right + 2, MARKS.blue);
}

function drawDiagonal(context: Context, { scales: { x, share } }: Drawn): void {
  // A white line below the dashes keeps them visible on the bars.
  for (const [colour, width, dash] of [[SURFACE.paper, 3.5, []], [TEXTS.ink, 1.5, [5, 4]]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(x.getPixelForValue(0), share.getPixelForValue(0));
    context.lineTo(x.getPixelForValue(1), share.getPixelForValue(1));
    context.stroke();
  }
}
