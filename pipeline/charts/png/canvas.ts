/**
 * The only file that draws: a Chart.js configuration in, the bytes of a PNG out, through chartjs-node-canvas.
 * Loading it loads the drawing library and the charts' own font; load it when a chart must be drawn, not before.
 */
import "./own_fonts_only.ts";
import { fileURLToPath } from "node:url";
import { type Canvas, GlobalFonts, type SKRSContext2D } from "@napi-rs/canvas";
import type { Chart } from "chart.js";
import { ChartJSNodeCanvas } from "chartjs-node-canvas";
import { SURFACE } from "../theme.ts";
import { type Config, FONT_FAMILY } from "./chart_options.ts";
import { encodePng } from "./png_encoder.ts";

/** What a plugin draws with. */
export type Context = SKRSContext2D;

for (const file of ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"]) {
  const path = fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`));
  if (GlobalFonts.registerFromPath(path, FONT_FAMILY) === null) {
    throw new Error(
      `Charts need the font ${path} of the npm package dejavu-fonts-ttf; it cannot be read. ` +
        "Install the packages again: deno install",
    );
  }
}

/** Pixels of the PNG per pixel of the layout: pictures are sharp on high-density screens. */
export const SCALE = 2;

/** The context that a chart is drawn on. */
export function contextOf(chart: Chart): Context {
  return chart.ctx as unknown as Context;
}

const paper = {
  id: "paper",
  beforeDraw(chart: Chart) {
    const context = contextOf(chart);
    context.fillStyle = SURFACE.paper;
    context.fillRect(0, 0, chart.width, chart.height);
  },
};

/** chartjs-node-canvas asks the canvas for its bytes: it gets those that our encoder makes. */
const png = {
  id: "png",
  beforeInit(chart: Chart) {
    const canvas = chart.canvas as unknown as Canvas;
    const toBuffer = () => {
      const bytes = encodePng(canvas.data(), canvas.width, canvas.height);
      // 14 MB that would otherwise be held until the canvas is collected.
      canvas.width = canvas.height = 1;
      return bytes;
    };
    Object.assign(canvas, { toBuffer });
  },
};

/**
 * Draws a chart on white paper, laid out in `width` by `height` pixels.
 * @returns the bytes of a PNG of SCALE times as many pixels each way; the same configuration gives the same bytes.
 */
export function renderPng(config: Config, width: number, height: number): Uint8Array<ArrayBuffer> {
  const plugins = [paper, png, ...(config.plugins ?? [])];
  const options = { ...config.options, devicePixelRatio: SCALE };
  const drawer = new ChartJSNodeCanvas({ width, height });
  return new Uint8Array(drawer.renderToBufferSync({ ...config, options, plugins }, "image/png"));
}
