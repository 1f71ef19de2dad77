/** A picture without axes: title and subtitle by Chart.js, and below them an area that a function draws on. */
import type { ChartArea } from "chart.js";
import { MARGIN } from "../theme.ts";
import { type Context, renderPng } from "./canvas.ts";
import { type Heading, headingHeight } from "./chart_options.ts";

/** The part of the picture below title and subtitle, in pixels. */
export type Area = Pick<ChartArea, "left" | "top" | "right" | "bottom">;

/** A sheet; `height` is that of the drawn area, without the heading. */
export interface Sheet {
  heading: Heading;
  width: number;
  height: number;
  draw(context: Context, area: Area): void;
}

/** Draws a sheet. */
export function renderSheet({ heading, width, height, draw }: Sheet): Uint8Array<ArrayBuffer> {
  const hidden = { type: "linear", display: false } as const;
  return renderPng({
    ...{ heading, width },
    height: height + 2 * MARGIN + headingHeight(heading),
    scales: { x: hidden, y: hidden },
    over: (context, { chartArea }) => draw(context, chartArea),
  });
}
