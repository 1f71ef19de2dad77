/** The confusion matrix as a heat map, with the recall of each class at the right and its precision at the bottom. */
import { fitText, fittingSize } from "../fitted_text.ts";
import type { Chart, Matrix } from "../marks.ts";
import { mostConfused, type ShownMatrix } from "../most_confused.ts";
import { SHARE_STOPS, shareShade, textOnShade } from "../paint.ts";
import { MARGIN, SURFACE, TEXTS } from "../theme.ts";
import { countText, percentText } from "../../text/numbers.ts";
import { type Area, type Context, drawRamp, renderPng, writeText } from "./canvas.ts";
import { axisTitle, chartHeading, type Scale } from "./chart_options.ts";

/** Maximum width of a class's name in pixels; longer ones are cut. */
const LABEL_ROOM = 140;
const COLOUR_BAR = { width: 16, room: 96 };
/** From this many classes on, text is smaller. */
const MANY = 15;

/** Draws what of `matrix` can be read, 960 to 1100 pixels wide and as high as its rows need. Shades are shares of a row. */
export function matrixPng(chart: Chart, whole: Matrix): Uint8Array<ArrayBuffer> {
  const matrix = mostConfused(whole);
  const classes = matrix.labels.length;
  const width = classes >= MANY ? 1100 : 960;
  const rowHeight = classes >= MANY ? 31 : Math.min(120, 600 / Math.max(classes, 1));
  return renderPng({
    heading: chartHeading({ ...chart, marks: matrix }, width - MARGIN - COLOUR_BAR.room),
    width,
    height: Math.round(250 + Math.max(classes, 1) * rowHeight),
    rightMargin: COLOUR_BAR.room,
    scales: scalesOf(matrix),
    under: (context, { chartArea }) => drawCells(context, chartArea, matrix),
    over: (context, { chartArea }) => drawColourBar(context, width, chartArea),
  });
}

function scalesOf({ labels, recall, precision }: ShownMatrix): Record<string, Scale> {
  const [size, digits] = labels.length >= MANY ? [11, 0] : [13, 1];
  const scale = (names: readonly string[], title: string, axis: "x" | "y", position: string, fontSize = size) => ({
    type: "category",
    labels: [...names],
    ...{ axis, position, offset: true, title: axisTitle(title), grid: { display: false }, border: { display: false } },
    ticks: { autoSkip: false, color: TEXTS.ink, font: { size: fontSize }, padding: 6 },
  } as Scale);
  // Names at the top shrink a little if that saves Chart.js from turning them.
  const fitting = fittingSize(labels, 640 / labels.length - 10, size);
  const names = labels.map((label) => fitText(label, { size }, LABEL_ROOM));
  const percent = (share: number) => percentText(share, digits);
  return {
    x: scale(names, "predicted class", "x", "top", fitting >= 11 ? fitting : size),
    y: scale(names, "true class", "y", "left"),
    recall: scale(recall.map(percent), "recall (share of the row)", "y", "right"),
    precision: scale(precision.map(percent), "precision (share of the column)", "x", "bottom"),
  };
}

/** Fills the cells and writes the counts into them, in the largest font up to 16 pixels that all of them fit. */
function drawCells(context: Context, { left, top, right, bottom }: Area, { counts, cells }: ShownMatrix): void {
  const [width, height] = [(right - left) / counts.length, (bottom - top) / counts.length];
  const fitting = fittingSize(counts.flat().map(countText), width - 4, 16, "bold");
  const size = Math.min(fitting, Math.floor(height - 4));
  cells.forEach((row, t) =>
    row.forEach((share, p) => {
      const count = counts[t][p];
      const [x, y] = [Math.round(left + p * width), Math.round(top + t * height)];
      const [nextX, nextY] = [Math.round(left + (p + 1) * width), Math.round(top + (t + 1) * height)];
      context.fillStyle = SURFACE.grid;
      context.fillRect(x, y, nextX - x, nextY - y);
      context.fillStyle = shareShade(share);
      context.fillRect(x + 1, y + 1, nextX - x - 1, nextY - y - 1);
      writeText(context, countText(count), (x + nextX) / 2, (y + nextY) / 2, {
        colour: count === 0 ? TEXTS.grey : textOnShade(share),
        size,
        weight: t === p ? "bold" : "normal",
        align: "center",
      });
    })
  );
}

function drawColourBar(context: Context, width: number, { top, bottom }: Area): void {
  const left = width - COLOUR_BAR.room + 26;
  const [y, height] = [Math.round(top), Math.round(Math.min(300, bottom - top))];
  drawRamp(context, { left, top: y, width: COLOUR_BAR.width, height }, SHARE_STOPS);
  for (const share of [1, 0.5, 0.2, 0.05, 0.01, 0]) {
    const at = y + (1 - Math.sqrt(share)) * height;
    writeText(context, percentText(share, 0), left + COLOUR_BAR.width + 6, at, { colour: TEXTS.ink, size: 11.5 });
  }
}
