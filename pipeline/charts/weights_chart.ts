/**
 * The weights of a model's first layer as images, one for each class or hidden unit: where a pixel speaks for it and
 * where against it.
 */
import { type Context, SCALE } from "./canvas.ts";
import { divergingPaint, symmetricLimit } from "./diverging.ts";
import { displaySize, drawImage, imageShape, type Size } from "./draw_image.ts";
import { type Area, renderSheet, writeText } from "./sheet.ts";
import { formatCount, formatValue } from "./chart_text.ts";
import { MARGIN, SURFACE, TEXTS } from "./chart_theme.ts";

/** What a weights chart shows. */
export interface Weights {
  title: string;
  /** The input images' width in pixels. */
  width: number;
  /** The input images' height in pixels. */
  height: number;
  /** The parameter's name. */
  name: string;
  /** What an output of the layer is. */
  kind: "class" | "unit";
  /** How many outputs the layer has. */
  outputs: number;
  /** A weight for every pixel, an array an output: at least one, of all outputs or of the first ones. */
  weights: readonly Float32Array[];
}

const WIDTH = 960;
const LABEL = 26;
const GAP = 14;
const BAR = { height: 14, width: 320, room: 62, left: 44 };

/** Draws `weights.png`, 960 pixels wide and as high as its rows need. */
export function weightsChart(chart: Weights): Uint8Array<ArrayBuffer> {
  const { weights, kind } = chart;
  const columns = weights.length <= 10 ? Math.min(5, weights.length) : weights.length <= 30 ? 6 : 8;
  const room = Math.floor((WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns);
  const shown = displaySize(imageShape(chart, weights[0].length), Math.min(room, 168));
  const rowHeight = LABEL + shown.height + GAP;
  const limit = symmetricLimit(weights);
  return renderSheet({
    title: chart.title,
    subtitle: summary(chart),
    width: WIDTH,
    height: Math.ceil(weights.length / columns) * rowHeight + BAR.room,
    draw(context, area) {
      const left = area.left + (area.right - area.left - columns * room - (columns - 1) * GAP) / 2;
      weights.forEach((pixels, i) => {
        const x = left + (i % columns) * (room + GAP);
        const y = area.top + Math.floor(i / columns) * rowHeight;
        const text = { colour: TEXTS.ink, size: 13, weight: "bold", align: "center" } as const;
        writeText(context, `${kind} ${i}`, x + room / 2, y + LABEL / 2, text);
        drawFilter(context, pixels, chart, { x: x + (room - shown.width) / 2, y: y + LABEL, shown }, limit);
      });
      drawScale(context, area, limit);
    },
  });
}

function summary({ kind, outputs, weights, name }: Weights): string {
  const which = weights.length < outputs ? `The first ${weights.length} of ${formatCount(outputs)}` : `All ${outputs}`;
  const all = `${which} ${kind === "class" ? "classes" : "hidden units of the first layer"}`;
  const what = outputs === 1 ? `The only ${kind === "class" ? "class" : "hidden unit of the first layer"}` : all;
  return `${what} (${name}), one weight a pixel. ` +
    `Orange: a bright pixel speaks for the ${kind}; blue: against it; white: it does not matter.`;
}

function drawFilter(
  context: Context,
  pixels: Float32Array,
  size: Size,
  { x, y, shown }: { x: number; y: number; shown: Size },
  limit: number,
): void {
  const side = Math.max(shown.width, shown.height);
  // The square that drawImage centres in is moved so that the image begins at (x, y).
  const [left, top] = [x - (side - shown.width) / 2, y - (side - shown.height) / 2];
  drawImage(context, pixels, size, left, top, side, divergingPaint(limit));
}

/** The key to the colours, below the images at the left. */
function drawScale(context: Context, { left, bottom }: Area, limit: number): void {
  const paint = divergingPaint(1);
  const top = Math.round(bottom - BAR.room + 22);
  const steps = BAR.width * SCALE;
  for (let i = 0; i < steps; i++) {
    context.fillStyle = `rgb(${paint((2 * i) / (steps - 1) - 1).join(", ")})`;
    context.fillRect(left + BAR.left + i / SCALE, top, 1 / SCALE, BAR.height);
  }
  context.strokeStyle = SURFACE.frame;
  context.lineWidth = 1;
  context.strokeRect(left + BAR.left - 0.5, top - 0.5, BAR.width + 1, BAR.height + 1);
  const marks = [[`≤ −${formatValue(limit)}`, 0], ["0", 0.5], [`≥ ${formatValue(limit)}`, 1]] as const;
  for (const [text, place] of marks) {
    const look = { colour: TEXTS.ink, size: 12, align: "center" } as const;
    writeText(context, text, left + BAR.left + place * BAR.width, top + BAR.height + 12, look);
  }
  writeText(context, "weight", left + BAR.left + BAR.width + 18, top + BAR.height / 2, {
    colour: TEXTS.muted,
    size: 12,
  });
}
