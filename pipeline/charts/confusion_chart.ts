/**
 * The confusion matrix as a heat map, with the recall of each class at the right and its precision at the bottom.
 */
import type { Chart, Plugin } from "chart.js";
import { type Context, contextOf, renderPng } from "./canvas.ts";
import { cellColour, cellTextColour } from "./heat.ts";
import { axisTitle } from "./series.ts";
import { type Area, writeText } from "./sheet.ts";
import { fitText, fittingSize, formatCount, formatPercent, formatShortCount, heading } from "./chart_text.ts";
import { baseOptions, cssFont, MARGIN, type Options, SURFACE, TEXTS } from "./chart_theme.ts";

/** What a confusion chart shows. */
export interface Confusion {
  title: string;
  /** The classes' names, C of them. */
  labels: readonly string[];
  /** `[C, C]`: `counts[t][p]` images of class t were classified as p. */
  counts: readonly (readonly number[])[];
}

/** Widest name of a class in pixels; longer ones are cut. */
const LABEL_ROOM = 140;

const COLOUR_BAR = { width: 16, room: 96 };

/** Draws `confusion.png`, 960 to 1100 pixels wide and as high as its rows need. Shades are shares of a row. */
export function confusionChart(confusion: Confusion): Uint8Array<ArrayBuffer> {
  const { labels, counts } = confusion;
  const classes = labels.length;
  const wide = classes > 14;
  const width = wide ? 1100 : 960;
  const rowHeight = wide ? 31 : Math.min(120, 600 / Math.max(classes, 1));
  const rightMargin = COLOUR_BAR.room;
  const base = baseOptions(heading(confusion.title, summary(counts), width - MARGIN - rightMargin), rightMargin);
  const tickSize = wide ? 11 : 13;
  return renderPng(
    {
      type: "scatter",
      data: { datasets: [] },
      options: { ...base, scales: axes(labels, counts, tickSize) },
      plugins: [cells(counts, classes), colourBar],
    },
    width,
    Math.round(250 + Math.max(classes, 1) * rowHeight),
  );
}

function axes(
  labels: readonly string[],
  counts: Confusion["counts"],
  tickSize: number,
): NonNullable<Options["scales"]> {
  const digits = labels.length > 14 ? 0 : 1;
  const axis = (names: readonly string[], title: string, size = tickSize) => ({
    type: "category" as const,
    labels: [...names],
    offset: true,
    title: axisTitle(title),
    grid: { display: false },
    border: { display: false },
    ticks: { autoSkip: false, color: TEXTS.ink, font: { size }, padding: 6 },
  });
  // Names at the top shrink a little if that saves Chart.js from turning them.
  const fitting = fittingSize(labels, 640 / labels.length - 10, tickSize);
  const columnSize = fitting >= 11 ? fitting : tickSize;
  const names = labels.map((label) => fitText(label, cssFont(tickSize), LABEL_ROOM));
  const recall = labels.map((_, i) => formatPercent(share(counts[i]?.[i], sum(counts[i] ?? [])), digits));
  const precision = labels.map((_, i) =>
    formatPercent(share(counts[i]?.[i], sum(counts.map((row) => row[i] ?? 0))), digits)
  );
  return {
    x: { ...axis(names, "predicted class", columnSize), position: "top" },
    y: { ...axis(names, "true class"), position: "left" },
    recall: { ...axis(recall, "recall (share of the row)"), axis: "y", position: "right" },
    precision: { ...axis(precision, "precision (share of the column)"), axis: "x", position: "bottom" },
  };
}

function summary(counts: Confusion["counts"]): string {
  const all = sum(counts.map(sum));
  const right = sum(counts.map((row, i) => row[i] ?? 0));
  const accuracy = formatPercent(share(right, all));
  return `${formatCount(right)} of ${formatCount(all)} images classified right (${accuracy}). ` +
    "Shade: share of the row's images, on a square-root scale.";
}

/** Fills the cells and writes the counts into them, in one font size that all of them fit. */
function cells(counts: Confusion["counts"], classes: number): Plugin {
  return {
    id: "cells",
    beforeDatasetsDraw(chart: Chart) {
      const { left, top, right, bottom } = chart.chartArea;
      const [width, height] = [(right - left) / classes, (bottom - top) / classes];
      const look = countLook(counts, width, height);
      for (let t = 0; t < classes; t++) {
        const total = sum(counts[t] ?? []);
        for (let p = 0; p < classes; p++) {
          const count = counts[t]?.[p] ?? 0;
          const box = {
            left: Math.round(left + p * width),
            top: Math.round(top + t * height),
            right: Math.round(left + (p + 1) * width),
            bottom: Math.round(top + (t + 1) * height),
          };
          const text = { text: look.format(count), size: look.size, bold: t === p, muted: count === 0 };
          drawCell(contextOf(chart), box, share(count, total) ?? 0, text);
        }
      }
    },
  };
}

/** Fills a cell with the shade of its share, a thin line at its left and top, and writes its count. */
function drawCell(
  context: Context,
  { left, top, right, bottom }: Area,
  part: number,
  count: { text: string; size: number; bold: boolean; muted: boolean },
): void {
  context.fillStyle = SURFACE.grid;
  context.fillRect(left, top, right - left, bottom - top);
  context.fillStyle = cellColour(part);
  context.fillRect(left + 1, top + 1, right - left - 1, bottom - top - 1);
  writeText(context, count.text, (left + right) / 2, (top + bottom) / 2, {
    colour: count.muted ? TEXTS.muted : cellTextColour(part),
    size: count.size,
    weight: count.bold ? "bold" : "normal",
    align: "center",
  });
}

/** The largest font up to 16 pixels in which the widest count fits a cell; short counts if it would be below 9. */
function countLook(counts: Confusion["counts"], width: number, height: number) {
  const fitting = (format: (count: number) => string) =>
    Math.min(fittingSize(counts.flat().map(format), width - 6, 16, "bold"), Math.floor(height - 4));
  const size = fitting(formatCount);
  return size >= 9
    ? { format: formatCount, size }
    : { format: formatShortCount, size: Math.max(8, fitting(formatShortCount)) };
}

/** The key to the shades, right of the matrix. */
const colourBar: Plugin = {
  id: "colourBar",
  afterDraw(chart: Chart) {
    const context = contextOf(chart);
    const left = chart.width - COLOUR_BAR.room + 26;
    const { top, bottom } = chart.chartArea;
    const height = Math.round(Math.min(300, bottom - top));
    const y = Math.round(top);
    for (let i = 0; i < height; i++) {
      const root = 1 - i / (height - 1);
      context.fillStyle = cellColour(root * root);
      context.fillRect(left, y + i, COLOUR_BAR.width, 1);
    }
    context.strokeStyle = SURFACE.frame;
    context.strokeRect(left - 0.5, y - 0.5, COLOUR_BAR.width + 1, height + 1);
    for (const part of [1, 0.5, 0.2, 0.05, 0.01, 0]) {
      const at = y + (1 - Math.sqrt(part)) * height;
      writeText(context, formatPercent(part, 0), left + COLOUR_BAR.width + 6, at, { colour: TEXTS.ink, size: 11.5 });
    }
  },
};

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function share(part: number | undefined, whole: number): number | null {
  return whole > 0 ? (part ?? 0) / whole : null;
}
