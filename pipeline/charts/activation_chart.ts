/**
 * An activation function and its derivative, side by side (article section "Non-Linear Activation Function: ReLU").
 */
import type { Chart, Plugin } from "chart.js";
import { contextOf, renderPng } from "./canvas.ts";
import { axisTitle, legend, lineDataset, type LineStyle } from "./series.ts";
import { formatTick, heading } from "./chart_text.ts";
import { baseOptions, MARGIN, MARKS, type Options, SIZES, SURFACE, TEXTS } from "./chart_theme.ts";

/** What an activation chart shows: `value[i]` and `derivative[i]` at `x[i]`, x ascending. */
export interface Activation {
  title: string;
  summary: string;
  /** The function's name, as the axis has it: "ReLU(x)". */
  name: string;
  x: readonly number[];
  value: readonly number[];
  derivative: readonly number[];
}

const WIDTH = 860;
const HEIGHT = 520;

/** Draws `activation.png`, laid out in 860 x 520 pixels. */
export function activationChart(activation: Activation): Uint8Array<ArrayBuffer> {
  const { title, summary, name } = activation;
  const base = baseOptions(heading(title, summary, WIDTH - 2 * MARGIN));
  return renderPng(
    {
      type: "line",
      data: {
        // The first one is drawn last, over the other: where both are 0 its dashes leave the other visible.
        datasets: [
          curve(activation.x, activation.derivative, {
            label: `derivative d ${name} / dx`,
            colour: MARKS.vermilion,
            form: "rectRot",
            dash: [7, 7],
          }),
          curve(activation.x, activation.value, { label: `value ${name}`, colour: MARKS.blue, form: "circle" }),
        ],
      },
      options: {
        ...base,
        plugins: { ...base.plugins, legend: { ...legend(), reverse: true } },
        scales: axes(activation),
      },
      plugins: [zeroLines],
    },
    WIDTH,
    HEIGHT,
  );
}

/** A curve through points that are not marked one by one; a jump is a gap, as the function takes no value between. */
function curve(x: readonly number[], y: readonly number[], style: LineStyle) {
  const points = x.flatMap((at, i) => {
    const jumps = i > 0 && Math.abs(y[i] - y[i - 1]) > 10 * (at - x[i - 1]);
    return jumps ? [{ x: at, y: null }, { x: at, y: y[i] }] : [{ x: at, y: y[i] }];
  });
  return { ...lineDataset(points, style), pointRadius: 0, borderWidth: 2.5 };
}

function axes({ x, value, derivative, name }: Activation): NonNullable<Options["scales"]> {
  const look = { grid: { color: SURFACE.grid, tickColor: SURFACE.frame }, border: { color: SURFACE.frame } };
  const ticks = {
    color: TEXTS.ink,
    font: { size: SIZES.tick },
    callback: (tick: string | number) => formatTick(Number(tick)),
  };
  const least = Math.min(...value, ...derivative);
  return {
    x: {
      type: "linear",
      min: x[0],
      max: x[x.length - 1],
      title: axisTitle("x: the weighted sum that goes into a unit"),
      ...look,
      ticks: { ...ticks, stepSize: 1 },
    },
    y: { type: "linear", min: Math.min(-0.5, least), title: axisTitle(`${name} and its slope`), ...look, ticks },
  };
}

/** The axes through 0, a little darker than the grid. */
const zeroLines: Plugin = {
  id: "zeroLines",
  beforeDatasetsDraw(chart: Chart) {
    const context = contextOf(chart);
    const { left, right, top, bottom } = chart.chartArea;
    context.fillStyle = SURFACE.frame;
    context.fillRect(left, chart.scales.y.getPixelForValue(0) - 0.5, right - left, 1);
    context.fillRect(chart.scales.x.getPixelForValue(0) - 0.5, top, 1, bottom - top);
  },
};
