/** Labels at the right of curves: their last values, with their names if there are many. */
import type { Chart as Drawn } from "chart.js";
import { fitEnds, textWidth } from "../fitted_text.ts";
import { type Curve, isKnown, type LineLayout, type LinePanel } from "../line_layout.ts";
import type { Lines } from "../marks.ts";
import { MARGIN, MARKS, SIZES, TEXTS } from "../theme.ts";
import { type Context, writeText } from "./canvas.ts";

const FONT = { size: SIZES.note, weight: "bold" } as const;
const LINE_HEIGHT = 17;
/** Maximum width of a label in pixels. */
const LABEL_ROOM = 300;
/** Distance from the end of the axis to the label; a hairline connects it to the curve's end. */
const LABEL_GAP = 16;

/** Space in pixels that the labels need to the right of the chart, the picture's margin included. */
export function endRoom(panels: readonly LinePanel[], lines: Lines): number {
  const texts = panels.flatMap(({ curves }) => textsOf(curves, lines));
  return MARGIN + LABEL_GAP + Math.ceil(Math.max(0, ...texts.map((text) => textWidth(text, FONT))));
}

/** Writes the labels next to the curves' ends, moved apart where two would touch. */
export function drawEndLabels(
  context: Context,
  { panels, x: { places } }: LineLayout,
  lines: Lines,
  { scales, chartArea: { right } }: Drawn,
): void {
  panels.forEach(({ curves, isRepeated }, i) => {
    if (isRepeated) return;
    const scale = scales[`panel${i}`];
    const texts = textsOf(curves, lines);
    const labels = curves.map((curve, i) => {
      const value = curve.values[curve.end.index];
      const end = isKnown(value) ? scale.getPixelForValue(value) : scale.top;
      return { curve, text: texts[i], x: scales.x.getPixelForValue(places[curve.end.index]), end, y: end };
    }).sort((a, b) => a.end - b.end);
    spread(labels, scale.top, scale.bottom);
    for (const { curve, text, x, end, y } of labels) {
      const { colour } = curve.style;
      context.strokeStyle = MARKS[colour];
      context.lineWidth = 0.75;
      context.beginPath();
      context.moveTo(x + 6, end);
      context.lineTo(right + 2, end);
      context.lineTo(right + LABEL_GAP - 4, y);
      context.stroke();
      writeText(context, text, right + LABEL_GAP, y, { ...FONT, colour: TEXTS[colour] });
    }
  });
}

/** The last values; before them the names if curves are named, unless the ends of long ones do not distinguish them. */
function textsOf(curves: readonly Curve[], { named }: Lines): string[] {
  const values = curves.map(({ end }) => end.text);
  const names = curves.map(({ label }, i) => fitEnds(label, FONT, LABEL_ROOM - textWidth(`  ${values[i]}`, FONT)));
  return named && new Set(names).size === names.length ? names.map((name, i) => `${name}  ${values[i]}`) : values;
}

/** Moves labels, sorted from the top, apart, without leaving the panel at the bottom. */
function spread(labels: { y: number }[], top: number, bottom: number): void {
  for (let i = 0; i < labels.length; i++) {
    labels[i].y = Math.max(labels[i].y, i === 0 ? top : labels[i - 1].y + LINE_HEIGHT);
  }
  for (let i = labels.length - 1; i >= 0; i--) {
    labels[i].y = Math.min(labels[i].y, i === labels.length - 1 ? bottom : labels[i + 1].y - LINE_HEIGHT);
  }
}
