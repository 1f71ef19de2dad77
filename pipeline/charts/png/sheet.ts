/** A picture without axes: title and subtitle by Chart.js, and below them an area that a function draws on. */
import type { Chart as Drawn, Plugin } from "chart.js";
import type { Font } from "../fitted_text.ts";
import { MARGIN, SIZES, SURFACE, TEXTS } from "../theme.ts";
import { type Context, contextOf, renderPng } from "./canvas.ts";
import { baseOptions, cssFont, type Heading } from "./chart_options.ts";

/** The part of the picture below title and subtitle, in pixels. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A sheet; `height` is that of the drawn area, without the heading. */
export interface Sheet {
  heading: Heading;
  width: number;
  height: number;
  draw(context: Context, area: Area): void;
}

/** Draws a sheet. */
export function renderSheet({ heading, width, height, draw }: Sheet): Uint8Array<ArrayBuffer> {
  const hidden = { type: "linear" as const, display: false };
  return renderPng(
    {
      type: "scatter",
      data: { datasets: [] },
      options: { ...baseOptions(heading), scales: { x: hidden, y: hidden } },
      plugins: [painter("afterDraw", (context, chart) => draw(context, chart.chartArea))],
    },
    width,
    height + 2 * MARGIN + headingHeight(heading),
  );
}

/** A Chart.js plugin that draws in one of its hooks, and restores the context. */
export function painter(
  moment: "beforeDatasetsDraw" | "afterDatasetsDraw" | "afterDraw",
  draw: (context: Context, chart: Drawn) => void,
): Plugin {
  const hook = (chart: Drawn) => {
    const context = contextOf(chart);
    context.save();
    draw(context, chart);
    context.restore();
  };
  return { id: draw.name || "painter", [moment]: hook };
}

/** Writes a message into the middle of a chart that has nothing to show. */
export function emptyMessage(message: string): Plugin {
  return painter("afterDraw", (context, { chartArea: { left, right, top, bottom } }) => {
    writeText(context, message, (left + right) / 2, (top + bottom) / 2, { ...MESSAGE, align: "center" });
  });
}

const MESSAGE = { colour: TEXTS.grey, size: 16 };

/** The height that Chart.js gives to a title and a subtitle of so many lines (its line height is 1.2). */
function headingHeight({ title, subtitle }: Heading): number {
  const under = subtitle.length === 0 ? 0 : subtitle.length * SIZES.subtitle * 1.2 + 12;
  return Math.ceil(title.length * SIZES.title * 1.2 + 6 + under);
}

/** How a line of text looks. */
export interface TextLook extends Font {
  readonly colour: string;
  readonly align?: "left" | "center" | "right";
  /** Whether paper shows around the letters, where the text may lie on curves. */
  readonly halo?: true;
}

/** Writes one line of text; `x` is its left end, middle or right end by `align`, `y` its middle. */
export function writeText(context: Context, text: string, x: number, y: number, look: TextLook): void {
  context.font = cssFont(look);
  context.fillStyle = look.colour;
  context.textAlign = look.align ?? "left";
  context.textBaseline = "middle";
  if (look.halo) {
    context.strokeStyle = SURFACE.paper;
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeText(text, x, y);
  }
  context.fillText(text, x, y);
}
