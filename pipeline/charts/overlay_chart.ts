/**
 * The curves of several experiments over each other: the mean over the seeds as a line, from the lowest to the highest
 * seed as a band, the experiment's name and last value beside the end of its line.
 */
import type { Chart, ChartDataset, Plugin } from "chart.js";
import { contextOf, measureWidth, renderPng } from "./canvas.ts";
import { MOST_CURVES, type OverlayStyle, overlayStyle } from "./overlay_style.ts";
import { axisTitle, emptyMessage, epochAxis, known, legend, lineDataset, type Point, toPoints } from "./series.ts";
import { formatPercent, formatTick, formatValue, heading } from "./chart_text.ts";
import { baseOptions, cssFont, MARGIN, type Options, SIZES, SURFACE, TEXTS } from "./chart_theme.ts";
import { valueAxis } from "./value_axis.ts";

/** One experiment's curve; entry i is epoch i, 0 the untrained model. null, NaN and infinities are gaps. */
export interface OverlayCurve {
  name: string;
  seeds: number;
  mean: readonly (number | null)[];
  low: readonly (number | null)[];
  high: readonly (number | null)[];
}

/** What an overlay chart shows. */
export interface Overlay {
  title: string;
  curves: readonly OverlayCurve[];
  /** `share`: of 1, drawn as percent from 0 to 100. `loss`: on a logarithmic axis when the values span decades. */
  kind: "share" | "loss";
  /** What a value is: "test accuracy", "test loss per image". */
  label: string;
}

const WIDTH = 1000;
const HEIGHT = 600;
/** Most pixels that a name beside a curve takes. */
const LABEL_ROOM = 230;
/** From the end of the axis to the label; a hairline leads there from the curve's end. */
const LABEL_GAP = 16;
/** Points of a curve that bear its form. */
const MARKED = 9;

/** Draws an overlay, 1000 x 600 pixels. More than twelve curves are cut to the first twelve, which the subtitle says. */
export function overlayChart({ title, curves: all, kind, label }: Overlay): Uint8Array<ArrayBuffer> {
  const curves = all.slice(0, MOST_CURVES).map((curve, i) => drawn(curve, overlayStyle(i), i, kind));
  const values = curves.flatMap(({ mean, low, high }) => [...known(mean), ...known(low), ...known(high)])
    .map(({ y }) => y);
  const labels = curves.map(({ text }) => text);
  const font = cssFont(SIZES.note, "bold");
  const right = MARGIN + LABEL_GAP + Math.ceil(Math.max(0, ...labels.map((text) => measureWidth(text, font))));
  const base = baseOptions(heading(title, subtitleOf(all), WIDTH - 2 * MARGIN), right);
  const last = Math.max(0, ...curves.map(({ mean }) => mean.length - 1));
  return renderPng(
    {
      type: "line",
      data: { datasets: [...curves.map(lineOf), ...curves.flatMap(bandOf)] },
      options: {
        ...base,
        plugins: { ...base.plugins, legend: legend((dataset) => dataset < curves.length) },
        scales: { x: epochAxis(last), y: kind === "loss" ? valueAxis(values, label) : shareAxis(label) },
      },
      plugins: [nameLabels(curves), ...(values.length === 0 ? [emptyMessage("No finite value was recorded.")] : [])],
    },
    WIDTH,
    HEIGHT,
  );
}

/** A curve ready to be drawn. */
interface Drawn {
  name: string;
  seeds: number;
  mean: Point[];
  low: Point[];
  high: Point[];
  style: OverlayStyle;
  /** At which points the form is drawn: every curve has its own, so that they do not cover each other. */
  offset: number;
  text: string;
}

function drawn({ name, seeds, ...values }: OverlayCurve, style: OverlayStyle, i: number, kind: Overlay["kind"]): Drawn {
  const points = (list: readonly (number | null)[]) =>
    toPoints(list.map((value) => (value === null || kind === "loss" ? value : value * 100)), 0);
  const mean = points(values.mean);
  const end = known(mean).at(-1);
  const value = end === undefined ? "–" : kind === "loss" ? formatValue(end.y) : formatPercent(end.y / 100);
  const font = cssFont(SIZES.note, "bold");
  const room = LABEL_ROOM - measureWidth(`  ${value}`, font);
  return {
    name,
    seeds,
    mean,
    low: points(values.low),
    high: points(values.high),
    style,
    offset: i,
    text: `${fitEnd(name, font, room)}  ${value}`,
  };
}

/** As much of the end of a name as fits: variants of one experiment differ there, `…lr=0.001`. */
function fitEnd(name: string, font: string, room: number): string {
  if (measureWidth(name, font) <= room) return name;
  const letters = [...name];
  while (letters.length > 0 && measureWidth(`…${letters.join("")}`, font) > room) letters.shift();
  return `…${letters.join("")}`;
}

function subtitleOf(curves: readonly OverlayCurve[]): string {
  const most = Math.max(0, ...curves.map(({ seeds }) => seeds));
  const least = Math.min(most, ...curves.map(({ seeds }) => seeds));
  const words = most > 1
    ? [
      "Line: mean over the seeds",
      "band: from the lowest to the highest seed",
      least === most ? `${most} seeds each` : `${least} to ${most} seeds`,
    ]
    : ["One seed each"];
  if (curves.length > MOST_CURVES) words.push(`the first ${MOST_CURVES} of ${curves.length} experiments`);
  return words.join("  ·  ");
}

function lineOf({ name, mean, style, offset }: Drawn): ChartDataset<"line", Point[]> {
  const step = Math.max(1, Math.ceil(mean.length / MARKED));
  const line = lineDataset(mean, { label: name, colour: style.colour, form: "circle", dash: style.dash });
  const isMarked = (i: number) => i % step === offset % step || i === mean.length - 1;
  return {
    ...line,
    pointStyle: style.form,
    pointRadius: mean.map((_, i) => (isMarked(i) ? 5 : 0)),
    pointBorderWidth: style.form === "star" || style.form === "crossRot" ? 2 : 0,
  };
}

/** Two lines that are not seen, and the colour between them; nothing for a single seed. */
function bandOf({ low, high, seeds, style }: Drawn): ChartDataset<"line", Point[]>[] {
  if (seeds < 2) return [];
  const edge = { borderWidth: 0, pointRadius: 0, spanGaps: false, backgroundColor: `${style.colour}2E` };
  return [{ ...edge, data: low }, { ...edge, data: high, fill: "-1" }];
}

function shareAxis(label: string): NonNullable<Options["scales"]>[string] {
  return {
    type: "linear",
    min: 0,
    max: 100,
    title: axisTitle(`${label}, percent`),
    grid: { color: SURFACE.grid, tickColor: SURFACE.frame },
    border: { color: SURFACE.frame },
    ticks: { color: TEXTS.ink, font: { size: SIZES.tick }, callback: (value) => `${formatTick(Number(value))}%` },
  };
}

/** Writes each curve's name and last value at the right, moved apart where two would touch, with a hairline to its end. */
function nameLabels(curves: readonly Drawn[]): Plugin {
  const lineHeight = 18;
  return {
    id: "nameLabels",
    afterDatasetsDraw(chart: Chart) {
      const context = contextOf(chart);
      const { right, top, bottom } = chart.chartArea;
      const labels = curves.flatMap(({ mean, text, style }, dataset) => {
        const index = mean.findLastIndex(({ y }) => y !== null);
        if (index < 0) return [];
        const { x, y } = chart.getDatasetMeta(dataset).data[index];
        return [{ text, style, x, end: y, y }];
      }).sort((a, b) => a.end - b.end);
      spread(labels, top, bottom, lineHeight);
      context.save();
      context.font = cssFont(SIZES.note, "bold");
      context.textAlign = "left";
      context.textBaseline = "middle";
      for (const { text, style, x, end, y } of labels) {
        context.strokeStyle = style.colour;
        context.lineWidth = 0.75;
        context.beginPath();
        context.moveTo(x + 6, end);
        context.lineTo(right + 2, end);
        context.lineTo(right + LABEL_GAP - 4, y);
        context.stroke();
        context.fillStyle = style.textColour;
        context.fillText(text, right + LABEL_GAP, y);
      }
      context.restore();
    },
  };
}

/** Moves labels, sorted from the top, apart; where they would leave the chart at the bottom, up again. */
function spread(labels: { y: number }[], top: number, bottom: number, lineHeight: number): void {
  for (let i = 0; i < labels.length; i++) {
    labels[i].y = Math.max(labels[i].y, i === 0 ? top : labels[i - 1].y + lineHeight);
  }
  for (let i = labels.length - 1; i >= 0; i--) {
    labels[i].y = Math.min(labels[i].y, i === labels.length - 1 ? bottom : labels[i + 1].y - lineHeight);
  }
}
