/**
 * A chart without axes: title and subtitle from Chart.js, below them a sheet on which a function draws.
 */
import type { Chart } from "chart.js";
import { type Context, contextOf, renderPng } from "./canvas.ts";
import { heading } from "./chart_text.ts";
import { baseOptions, cssFont, MARGIN, SIZES } from "./chart_theme.ts";

/** The part of the picture below title and subtitle, in pixels. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What a sheet consists of; `height` is that of the drawn part, the picture is higher by its heading. */
export interface Sheet {
  title: string;
  subtitle: string;
  width: number;
  height: number;
  draw(context: Context, area: Area): void;
}

/** Draws a sheet. */
export function renderSheet(sheet: Sheet): Uint8Array<ArrayBuffer> {
  const texts = heading(sheet.title, sheet.subtitle, sheet.width - 2 * MARGIN);
  const base = baseOptions(texts);
  const painter = {
    id: "sheet",
    afterDraw(chart: Chart) {
      const context = contextOf(chart);
      context.save();
      sheet.draw(context, chart.chartArea);
      context.restore();
    },
  };
  const hidden = { type: "linear" as const, display: false };
  return renderPng(
    {
      type: "scatter",
      data: { datasets: [] },
      options: { ...base, scales: { x: hidden, y: hidden } },
      plugins: [painter],
    },
    sheet.width,
    sheet.height + 2 * MARGIN + headingHeight(texts.title.length, texts.subtitle.length),
  );
}

/** The height that Chart.js gives to a title and a subtitle of so many lines (its line height is 1.2). */
function headingHeight(titleLines: number, subtitleLines: number): number {
  const title = titleLines * SIZES.title * 1.2 + 6;
  const subtitle = subtitleLines === 0 ? 0 : subtitleLines * SIZES.subtitle * 1.2 + 12;
  return Math.ceil(title + subtitle);
}

/** Writes one line of text; `x` is its left end, middle or right end by `align`, `y` its middle. */
export function writeText(
  context: Context,
  text: string,
  x: number,
  y: number,
  look: { colour: string; size: number; weight?: "normal" | "bold"; align?: "left" | "center" | "right" },
): void {
  context.font = cssFont(look.size, look.weight);
  context.fillStyle = look.colour;
  context.textAlign = look.align ?? "left";
  context.textBaseline = "middle";
  context.fillText(text, x, y);
}
