/** Curves as a picture: panels below each other, a legend above, each curve's last value next to its end. */
import type { Chart as Drawn } from "chart.js";
import { tickLabel } from "../axis.ts";
import { fitEnds, textWidth } from "../fitted_text.ts";
import { type Curve, isKnown, layOut, type LineLayout, type LinePanel } from "../line_layout.ts";
import type { Chart, Lines } from "../marks.ts";
import { MARGIN, MARKS, SIZES, SURFACE, TEXTS } from "../theme.ts";
import { type Context, renderPng, writeText } from "./canvas.ts";
import {
  axisScale,
  chartHeading,
  type Curve as DrawnCurve,
  LEGEND_PADDING,
  type Point,
  type Scale,
  stacked,
} from "./chart_options.ts";

const WIDTH = 1000;
const HEIGHT = 560;
/** Maximum width of a name in the legend; of a longer one, the ends are kept. */
const LEGEND_ROOM = 420;
/** Rows of the legend that the height above includes, and the height of each further one. */
const LEGEND_ROWS = 2;
const LEGEND_ROW = SIZES.tick + LEGEND_PADDING;
const MORE_HEIGHT = 100;
/** Every point is marked in a chart with at most this many places and curves. */
const MARKED_PLACES = 60;
const MARKED_CURVES = 3;
const MARKS_PER_CURVE = 9;

/** Draws `lines`, laid out in 1000 x 560 pixels, and 100 more for each further panel. */
export function linesPng(chart: Chart, lines: Lines): Uint8Array<ArrayBuffer> {
  const layout = layOut(lines);
  const { panels, curves, isEpochs } = layout;
  const scales = panels.map(({ label, unit, axis, weight }, i) => {
    return { id: `panel${i}`, weight, scale: axisScale(label, axis, (tick) => tickLabel(tick, unit)) };
  });
  const rightMargin = isEpochs ? endRoom(panels, lines) : MARGIN + 8;
  const legend = legendRows(curves, WIDTH - MARGIN - rightMargin);
  return renderPng({
    heading: chartHeading(chart, WIDTH - 2 * MARGIN),
    width: WIDTH,
    // Chart.js takes the room of a higher legend from the panels, or lets it cover them.
    height: HEIGHT + (panels.length - 1) * MORE_HEIGHT + Math.max(0, legend - LEGEND_ROWS) * LEGEND_ROW,
    rightMargin,
    scales: { x: placesScale(layout), ...stacked(scales) },
    datasets: panels.flatMap((panel, i) => datasetsOf(panel, `panel${i}`, layout)),
    under: (context, drawn) => isEpochs || drawZeroLines(context, layout, drawn),
    over(context, drawn) {
      if (isEpochs) drawEndLabels(context, layout, lines, drawn);
      panels.forEach((panel, i) => {
        drawBest(context, panel, drawn, drawn.scales[`panel${i}`]);
        drawExits(context, panel, layout, drawn, drawn.scales[`panel${i}`].top);
      });
    },
    ...(curves.length === 0 ? { empty: "No finite value was recorded." } : {}),
  });
}

function legendRows(curves: readonly Curve[], width: number): number {
  let [rows, used] = [1, LEGEND_PADDING];
  for (const { label } of curves) {
    const item = 2 * SIZES.tick + textWidth(legendText(label), { size: SIZES.tick }) + LEGEND_PADDING;
    if (used > LEGEND_PADDING && used + item > width) [rows, used] = [rows + 1, LEGEND_PADDING];
    used += item;
  }
  return rows;
}

function legendText(label: string): string {
  return fitEnds(label, { size: SIZES.tick }, LEGEND_ROOM);
}

/** The curves of a panel, later ones on top, so that a dashed line is visible over a solid one; then their bands. */
function datasetsOf(panel: LinePanel, yAxisID: string, layout: LineLayout): DrawnCurve[] {
  const { places } = layout.x;
  const points = (values: readonly (number | null)[]) =>
    places.slice(0, values.length).map((x, i): Point => ({ x, y: isKnown(values[i]) ? values[i] : null }));
  const lines = panel.curves.map((curve) => {
    // A repeated panel has the same curves again.
    return { ...lineOf(curve, points(curve.values), layout), yAxisID, ...(panel.isRepeated ? { label: "" } : {}) };
  });
  const bands = panel.curves.flatMap(({ band, style }) => {
    if (band === undefined) return [];
    // Two invisible lines, and the colour between them.
    const look = { label: "", borderWidth: 0, pointRadius: 0, backgroundColor: `${MARKS[style.colour]}2E` };
    const edge = { ...look, yAxisID, order: 1 };
    return [{ ...edge, data: points(band.low) }, { ...edge, data: points(band.high), fill: "-1" }];
  });
  return [...lines, ...bands];
}

/** A line with its point marks; a point between two gaps is always marked, because no line leads to it. */
function lineOf(
  { label, style, end, points = false, mayBeMarked }: Curve,
  data: Point[],
  { isEpochs, curves }: LineLayout,
): DrawnCurve {
  const isDense = data.length <= MARKED_PLACES && curves.length <= MARKED_CURVES && mayBeMarked;
  // Curves are marked at different places, so that the marks do not cover each other.
  const step = isDense ? 1 : Math.ceil(data.length / MARKS_PER_CURVE);
  const at = curves.findIndex((curve) => curve.style === style);
  const isAlone = (i: number) => (data[i - 1]?.y ?? null) === null && (data[i + 1]?.y ?? null) === null;
  const isMarked = (i: number) =>
    points || isAlone(i) || ((isEpochs || isDense) && (i % step === at % step || i === end.index));
  const isSolid = style.dash.length === 0;
  const radius = isDense && !points ? (isSolid ? 4 : 3) : 5;
  return {
    label: legendText(label),
    data,
    borderColor: MARKS[style.colour],
    backgroundColor: MARKS[style.colour],
    // A solid line below a dashed one stays visible.
    borderWidth: isSolid ? 3 : 2,
    order: -at,
    borderDash: [...style.dash],
    showLine: !points,
    pointStyle: mayBeMarked ? style.form : "line",
    pointRadius: data.map((_, i) => (isMarked(i) ? radius : 0)),
    pointBorderWidth: !mayBeMarked ? 3 : ["star", "crossRot"].includes(style.form) ? 2 : 0,
    spanGaps: false,
    // Room for points on the frame.
    clip: 8,
  };
}

/** The x axis; a single place is in the middle. */
function placesScale({ x: { label, unit, places, ticks }, isEpochs }: LineLayout): Scale {
  const [first, last] = [places[0], places[places.length - 1]];
  const ends = first === last ? { min: first - 1, max: last + 1 } : { min: first, max: last };
  const scale = axisScale(label, { ticks, isLog: false }, (tick) => tickLabel(tick, unit));
  const grid = isEpochs ? { drawOnChartArea: false, tickColor: SURFACE.frame } : scale?.grid;
  return { ...scale, ...ends, grid } as Scale;
}

/** The axes through 0, a little darker than the grid. */
function drawZeroLines(context: Context, { panels }: LineLayout, { scales, chartArea }: Drawn): void {
  const { left, right, top, bottom } = chartArea;
  context.fillStyle = SURFACE.frame;
  context.fillRect(scales.x.getPixelForValue(0) - 0.5, top, 1, bottom - top);
  panels.forEach(({ axis }, i) => {
    if (!axis.isLog) context.fillRect(left, scales[`panel${i}`].getPixelForValue(0) - 0.5, right - left, 1);
  });
}

/** Marks at the top where curves become infinite or NaN. */
function drawExits(context: Context, { curves }: LinePanel, { x }: LineLayout, { scales }: Drawn, top: number): void {
  for (const { exits, style } of curves) {
    for (const { index, text, rank } of exits) {
      const look = { ...NOTE_LOOK, size: SIZES.title, colour: TEXTS[style.colour], align: "center" } as const;
      writeText(context, text, scales.x.getPixelForValue(x.places[index]), top + 12 + 18 * rank, look);
    }
  }
}

function drawBest(
  context: Context,
  { best, curves: [curve] }: LinePanel,
  { scales, chartArea: { left, right } }: Drawn,
  axis: Drawn["scales"][string],
): void {
  if (best === null) return;
  const x = scales.x.getPixelForValue(best.index);
  const y = axis.getPixelForValue(curve.values[best.index]!);
  context.strokeStyle = TEXTS.green;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.stroke();
  const align = x > right - 120 ? "right" : x < left + 120 ? "left" : "center";
  writeText(context, best.text, x, best.isBelow ? y + 46 : y - 19, { ...NOTE_LOOK, colour: TEXTS.green, align });
}

const FONT = { size: SIZES.note, weight: "bold" } as const;
const NOTE_LOOK = { ...FONT, halo: true } as const;
const LINE_HEIGHT = 17;
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
