/**
 * What the model makes of single images: some that it gets right, some that it gets wrong, each with the probabilities
 * that it gives to the classes.
 */
import { type Context, measureWidth } from "./canvas.ts";
import { drawImage, type Pixels } from "./draw_image.ts";
import { renderSheet, writeText } from "./sheet.ts";
import { fitText, formatPercent } from "./chart_text.ts";
import { cssFont, MARKS, SURFACE, TEXTS } from "./chart_theme.ts";

/** One image and what the model makes of it. */
export interface Prediction {
  pixels: Pixels;
  /** The class that the image belongs to, 0 to C - 1. */
  trueLabel: number;
  /** The class that the model gives the highest probability. */
  predicted: number;
  /** `[C]`: the probabilities of the classes, 0 to 1. */
  probabilities: ArrayLike<number>;
  /** The image's row in the dataset, from 0. */
  row: number;
}

/** What a predictions chart shows. */
export interface Predictions {
  title: string;
  /** The images' width in pixels. */
  width: number;
  /** The images' height in pixels. */
  height: number;
  right: readonly Prediction[];
  wrong: readonly Prediction[];
  /** The classes' names; without them they are numbered. */
  labels?: readonly string[];
}

const WIDTH = 1040;
const COLUMNS = 3;
const CARD = { width: 316, height: 178, gap: 24 };
const IMAGE = { top: 38, side: 112 };
const BARS = { top: 42, left: 128, height: 92 };
const GROUP_HEADING = 38;

/** Most classes of which every bar bears its name. */
const NAMED_CLASSES = 16;

/** Draws `predictions.png`, 1040 pixels wide and as high as its rows need; three images a row. */
export function predictionsChart(predictions: Predictions): Uint8Array<ArrayBuffer> {
  const groups = [
    {
      heading: "✓ Classified right",
      colour: TEXTS.green,
      items: predictions.right,
      none: "No image was classified right.",
    },
    {
      heading: "✗ Classified wrong",
      colour: TEXTS.vermilion,
      items: predictions.wrong,
      none: "No image was classified wrong.",
    },
  ];
  return renderSheet({
    title: predictions.title,
    subtitle: "Bars: the probability of each class, 0 to 100%. " +
      "Green: predicted and true; orange: predicted, but wrong; blue: the true class that was missed.",
    width: WIDTH,
    height: groups.reduce((sum, group) => sum + groupHeight(group.items.length), 0),
    draw(context, area) {
      let top = area.top;
      for (const { heading, colour, items, none } of groups) {
        writeText(context, heading, area.left, top + 14, { colour, size: 16, weight: "bold" });
        if (items.length === 0) writeText(context, none, area.left, top + 46, { colour: TEXTS.ink, size: 14 });
        items.forEach((item, i) => {
          const left = area.left + (i % COLUMNS) * (CARD.width + CARD.gap);
          drawCard(context, item, predictions, left, top + GROUP_HEADING + Math.floor(i / COLUMNS) * CARD.height);
        });
        top += groupHeight(items.length);
      }
    },
  });
}

function groupHeight(items: number): number {
  return GROUP_HEADING + (items === 0 ? 40 : Math.ceil(items / COLUMNS) * CARD.height);
}

/** One image: its true and its predicted class, its row, its pixels and its bars. */
function drawCard(context: Context, item: Prediction, predictions: Predictions, left: number, top: number): void {
  const names = classNames(predictions.labels, item.probabilities.length);
  const correct = item.predicted === item.trueLabel;
  const row = `row ${item.row}`;
  const room = CARD.width - measureWidth(row, cssFont(12)) - 8;
  writeText(context, fitText(`true: ${names.full(item.trueLabel)}`, cssFont(13, "bold"), room), left, top + 8, {
    colour: correct ? TEXTS.green : TEXTS.blue,
    size: 13,
    weight: "bold",
  });
  const predicted = `predicted: ${names.full(item.predicted)}, ` +
    formatPercent(item.probabilities[item.predicted] ?? null, 1);
  writeText(context, fitText(predicted, cssFont(13, "bold"), CARD.width), left, top + 25, {
    colour: correct ? TEXTS.green : TEXTS.vermilion,
    size: 13,
    weight: "bold",
  });
  writeText(context, row, left + CARD.width, top + 8, { colour: TEXTS.muted, size: 12, align: "right" });
  drawImage(context, item.pixels, predictions, left, top + IMAGE.top, IMAGE.side);
  drawBars(context, item, names.short, left + BARS.left, top + BARS.top);
}

/** A bar for each class, the classes' names below; with many classes only those that matter are named. */
function drawBars(
  context: Context,
  item: Prediction,
  name: (label: number) => string,
  left: number,
  top: number,
): void {
  const classes = item.probabilities.length;
  const width = CARD.width - BARS.left;
  const step = width / Math.max(classes, 1);
  const bottom = top + BARS.height;
  context.fillStyle = SURFACE.grid;
  for (const share of [0.5, 1]) context.fillRect(left, Math.round(bottom - share * BARS.height), width, 1);
  for (let label = 0; label < classes; label++) {
    const barLeft = Math.round(left + label * step + step * 0.12);
    const barWidth = Math.max(1, Math.round(step * 0.76));
    const share = Math.min(1, Math.max(0, item.probabilities[label] || 0));
    // A probability above 0 stays visible, be it ever so small.
    const barHeight = share === 0 ? 0 : Math.max(1, Math.round(share * BARS.height));
    context.fillStyle = barColour(item, label);
    context.fillRect(barLeft, bottom - barHeight, barWidth, barHeight);
    const matters = label === item.predicted || label === item.trueLabel;
    if (!matters && classes > NAMED_CLASSES) continue;
    writeText(context, name(label), barLeft + barWidth / 2, bottom + 11, {
      colour: matters ? TEXTS.ink : TEXTS.muted,
      size: 12,
      weight: matters ? "bold" : "normal",
      align: "center",
    });
  }
  context.fillStyle = SURFACE.frame;
  context.fillRect(left, bottom, width, 1);
}

/** How classes are called above the image and below the bars: there by number when a name is wider than a bar. */
function classNames(labels: readonly string[] | undefined, classes: number) {
  const step = (CARD.width - BARS.left) / Math.max(classes, 1);
  const name = (label: number) => labels?.[label] ?? String(label);
  const wide = (labels ?? []).some((text) => measureWidth(text, cssFont(12, "bold")) > Math.max(step, 14));
  return {
    full: (label: number) => (wide ? `${name(label)} (${label})` : name(label)),
    short: (label: number) => (wide ? String(label) : name(label)),
  };
}

function barColour(item: Prediction, label: number): string {
  if (label === item.predicted) return label === item.trueLabel ? MARKS.green : MARKS.vermilion;
  return label === item.trueLabel ? MARKS.blue : MARKS.grey;
}
