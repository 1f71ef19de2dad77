/** The confusion matrix as a heat map, with the recall of each class at the right and its precision at the bottom. */
import { fitText, fittingSize } from "../fitted_text.ts";
import type { Chart, Matrix } from "../marks.ts";
import { shareShade, textOnShade } from "../paint.ts";
import { MARGIN, SURFACE, TEXTS } from "../theme.ts";
import { countText, percentText, shortCountText } from "../../text/numbers.ts";
import { type Context, renderPng } from "./canvas.ts";
import { axisTitle, baseOptions, chartHeading, type Scale } from "./chart_options.ts";
import { drawRamp } from "./draw_image.ts";
import { type Area, painter, writeText } from "./sheet.ts";

type Counts = Matrix["counts"];

/** Widest name of a class in pixels; longer ones are cut. */
const LABEL_ROOM = 140;
const COLOUR_BAR = { width: 16, room: 96 };
/** From this many classes on, text is smaller. */
const MANY = 15;

/** Draws `matrix`, 960 to 1100 pixels wide and as high as its rows need. Shades are shares of a row. */
export function matrixPng(chart: Chart, { labels, counts }: Matrix): Uint8Array<ArrayBuffer> {
  const classes = labels.length;
  const width = classes >= MANY ? 1100 : 960;
  const rowHeight = classes >= MANY ? 31 : Math.min(120, 600 / Math.max(classes, 1));
  const base = baseOptions(chartHeading(chart, width - MARGIN - COLOUR_BAR.room), COLOUR_BAR.room);
  return renderPng(
    {
      type: "scatter",
      data: { datasets: [] },
      options: { ...base, scales: scalesOf(labels, counts) },
      plugins: [
        painter("beforeDatasetsDraw", (context, { chartArea }) => drawCells(context, chartArea, counts, classes)),
        painter("afterDraw", (context, { width, chartArea }) => drawColourBar(context, width, chartArea)),
      ],
    },
    width,
    Math.round(250 + Math.max(classes, 1) * rowHeight),
  );
}

function scalesOf(labels: readonly string[], counts: Counts): Record<string, Scale> {
  const [size, digits] = labels.length >= MANY ? [11, 0] : [13, 1];
  const scale = (names: readonly string[], title: string, axis: "x" | "y", position: string, fontSize = size) => ({
    type: "category",
    labels: [...names],
    axis,
    position,
    offset: true,
    title: axisTitle(title),
    grid: { display: false },
    border: { display: false },
    ticks: { autoSkip: false, color: TEXTS.ink, font: { size: fontSize }, padding: 6 },
  } as Scale);
  // Names at the top shrink a little if that saves Chart.js from turning them.
  const fitting = fittingSize(labels, 640 / labels.length - 10, size);
  const names = labels.map((label) => fitText(label, { size }, LABEL_ROOM));
  const right = labels.map((_, i) => counts[i]?.[i] ?? 0);
  const recall = right.map((count, i) => percentText(count / sum(counts[i] ?? []), digits));
  const precision = right.map((count, i) => percentText(count / sum(counts.map((row) => row[i] ?? 0)), digits));
  return {
    x: scale(names, "predicted class", "x", "top", fitting >= 11 ? fitting : size),
    y: scale(names, "true class", "y", "left"),
    recall: scale(recall, "recall (share of the row)", "y", "right"),
    precision: scale(precision, "precision (share of the column)", "x", "bottom"),
  };
}

/** Fills the cells and writes the counts into them, in one font size that all of them fit. */
function drawCells(context: Context, { left, top, right, bottom }: Area, counts: Counts, classes: number): void {
  const [width, height] = [(right - left) / classes, (bottom - top) / classes];
  const { format, size } = countLook(counts, width, height);
  for (let t = 0; t < classes; t++) {
    const total = sum(counts[t] ?? []);
    for (let p = 0; p < classes; p++) {
      const count = counts[t]?.[p] ?? 0;
      const share = total === 0 ? 0 : count / total;
      const [x, y] = [Math.round(left + p * width), Math.round(top + t * height)];
      const [nextX, nextY] = [Math.round(left + (p + 1) * width), Math.round(top + (t + 1) * height)];
      context.fillStyle = SURFACE.grid;
      context.fillRect(x, y, nextX - x, nextY - y);
      context.fillStyle = shareShade(share);
      context.fillRect(x + 1, y + 1, nextX - x - 1, nextY - y - 1);
      writeText(context, format(count), (x + nextX) / 2, (y + nextY) / 2, {
        colour: count === 0 ? TEXTS.grey : textOnShade(share),
        size,
        weight: t === p ? "bold" : "normal",
        align: "center",
      });
    }
  }
}

/** The largest font up to 16 pixels in which the widest count fits a cell; short counts if it would be below 9. */
function countLook(counts: Counts, width: number, height: number) {
  const fitting = (format: (count: number) => string) =>
    Math.min(fittingSize(counts.flat().map(format), width - 6, 16, "bold"), Math.floor(height - 4));
  const size = fitting(countText);
  return size >= 9
    ? { format: countText, size }
    : { format: shortCountText, size: Math.max(8, fitting(shortCountText)) };
}

/** The key to the shades, right of the matrix. */
function drawColourBar(context: Context, width: number, { top, bottom }: Area): void {
  const left = width - COLOUR_BAR.room + 26;
  const [y, height] = [Math.round(top), Math.round(Math.min(300, bottom - top))];
  drawRamp(context, { left, top: y, width: COLOUR_BAR.width, height }, (root) => shareShade(root * root));
  for (const share of [1, 0.5, 0.2, 0.05, 0.01, 0]) {
    const at = y + (1 - Math.sqrt(share)) * height;
    writeText(context, percentText(share, 0), left + COLOUR_BAR.width + 6, at, { colour: TEXTS.ink, size: 11.5 });
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
