/**
 * The reliability diagram: the bars of a well-calibrated model end at the diagonal.
 * Below it, the number of predictions in each bin.
 */
import type { Chart as Drawn } from "chart.js";
import { axisOver, tickLabel } from "../axis.ts";
import type { Chart, Reliability, ReliabilityBin } from "../marks.ts";
import { MARGIN, MARKS, SIZES, SURFACE, TEXTS } from "../theme.ts";
import { countText } from "../../text/numbers.ts";
import { type Context, renderPng, writeText } from "./canvas.ts";
import { axisScale, chartHeading, type Curve, type Scale, stacked } from "./chart_options.ts";

const WIDTH = 860;
const HEIGHT = 800;
/** Room for the last tick of the axis. */
const RIGHT = 44;
/** A bar's gap: vermilion, thinned with white. */
const GAP_FILL = "#F7DCCB";
const SHARES = { ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], isLog: false };
const CONFIDENCES = { ticks: Array.from({ length: 11 }, (_, i) => i / 10), isLog: false };

/** The diagonal over a white line that keeps it visible on the bars; bars are curves only for the legend. */
const CURVES: Curve[] = [
  { label: "accuracy of the bin", backgroundColor: MARKS.blue, borderColor: MARKS.blue },
  { label: "its gap to the mean confidence", backgroundColor: GAP_FILL, borderColor: MARKS.vermilion },
  { label: "perfect calibration", borderColor: TEXTS.ink, borderWidth: 1.5, borderDash: [5, 4] },
  { label: "", borderColor: SURFACE.paper, borderWidth: 3.5 },
].map((look, i) => ({
  ...look,
  data: i < 2 ? [] : [{ x: 0, y: 0 }, { x: 1, y: 1 }],
  yAxisID: "share",
  pointRadius: 0,
  pointStyle: i < 2 ? "rect" : "line",
  clip: 2,
}));

/** Draws `reliability`, laid out in 860 x 800 pixels. */
export function reliabilityPng(chart: Chart, { bins }: Reliability): Uint8Array<ArrayBuffer> {
  return renderPng({
    heading: chartHeading(chart, WIDTH - MARGIN - RIGHT),
    width: WIDTH,
    height: HEIGHT,
    rightMargin: RIGHT,
    scales: scalesOf(bins),
    datasets: CURVES,
    legend: { reverse: false },
    under: (context, drawn) => bins.forEach((bin) => drawBin(context, bin, drawn)),
    ...(bins.every(({ count }) => count === 0) ? { empty: "No confidence was recorded." } : {}),
  });
}

function scalesOf(bins: readonly ReliabilityBin[]): Record<string, Scale> {
  // Room for the counts above the bars.
  const counts = axisOver([0, 1.2 * Math.max(1, ...bins.map(({ count }) => count))], "number");
  const count = axisScale("predictions", counts, (tick) => tickLabel(tick, "count"));
  const percent = (tick: number) => tickLabel(tick, "percent");
  const bare = (scale: Scale) => ({ ...scale, grid: { display: false } }) as Scale;
  return {
    x: bare(axisScale("confidence: probability of the predicted class", CONFIDENCES, percent)),
    ...stacked([
      { id: "share", weight: 4, scale: axisScale("accuracy: share that is correct", SHARES, percent) },
      { id: "count", weight: 1.3, scale: bare(count) },
    ]),
  };
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
  const [accuracy, confidence] = [bin.accuracy, bin.confidence].map((value) => share.getPixelForValue(value));
  const [upper, lower] = [Math.min(accuracy, confidence), Math.max(accuracy, confidence)];
  box(accuracy, share.bottom, MARKS.blue);
  box(upper, lower, GAP_FILL);
  context.strokeStyle = MARKS.vermilion;
  context.lineWidth = 2;
  context.strokeRect(left + 1, upper, width - 2, lower - upper);
  // If the accuracy is higher than the confidence, the gap is inside the bar; a line marks the accuracy.
  box(accuracy - 2, accuracy + 2, MARKS.blue);
}
