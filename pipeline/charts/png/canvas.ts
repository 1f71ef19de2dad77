/**
 * The only file that runs Chart.js: a picture as data in, the bytes of a PNG out, through chartjs-node-canvas. It loads
 * the drawing library and the font: load it only to draw. The font's package is imported, so its version counts.
 */
import "./own_fonts_only.ts";
import "dejavu-fonts-ttf/package.json" with { type: "json" };
import { fileURLToPath } from "node:url";
import { type Canvas, createCanvas, GlobalFonts, Path2D, type SKRSContext2D } from "@napi-rs/canvas";
import type { Chart, ChartArea } from "chart.js";
import { ChartJSNodeCanvas } from "chartjs-node-canvas";
import type { Font } from "../fitted_text.ts";
import { MARGIN, SURFACE, TEXTS } from "../theme.ts";
import { cssFont, FONT_FAMILY, headingHeight, optionsOf, type Picture } from "./chart_options.ts";
import { encodePng } from "./png_encoder.ts";
import { displaySize } from "../image_layout.ts";
import { cssOf, type Paint, type Rgb } from "../paint.ts";
import type { Pixels, Size } from "../marks.ts";

/** The drawing context of a picture. */
export type Context = SKRSContext2D;

const FONTS = [
  import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
];
for (const path of FONTS.map((url) => fileURLToPath(url))) {
  if (GlobalFonts.registerFromPath(path, FONT_FAMILY) === null) {
    throw new Error(`Charts need the font ${path} of the npm package dejavu-fonts-ttf, which cannot be read.`);
  }
}

/** Pixels of the PNG per pixel of the layout: pictures are sharp on high-density screens. */
export const SCALE = 2;

/** Draws a picture on white paper, SCALE times as large. The same picture always has the same bytes. */
export function renderPng(picture: Picture<Context>): Uint8Array<ArrayBuffer> {
  const { width, height, datasets = [], under, over, empty } = picture;
  const painter = {
    id: "painter",
    beforeInit(chart: Chart) {
      const canvas = chart.canvas as unknown as Canvas;
      // chartjs-node-canvas asks the canvas for its bytes.
      const toBuffer = () => {
        const pixels = canvas.data();
        const bytes = encodePng(pixels, canvas.width, canvas.height);
        // Twice 14 MB that would otherwise be held until canvas and copy are collected.
        canvas.width = canvas.height = 1;
        (pixels.buffer as ArrayBuffer).transfer(0);
        return bytes;
      };
      Object.assign(canvas, { toBuffer });
    },
    beforeDraw: painting((context) => {
      context.fillStyle = SURFACE.paper;
      context.fillRect(0, 0, width, height);
    }),
    beforeDatasetsDraw: painting(under),
    afterDraw: painting((context, chart) => {
      over?.(context, chart);
      const { left, right, top, bottom } = chart.chartArea;
      const look = { colour: TEXTS.grey, size: 16, align: "center" } as const;
      writeText(context, empty ?? "", (left + right) / 2, (top + bottom) / 2, look);
    }),
  };
  const options = { ...optionsOf(picture), devicePixelRatio: SCALE };
  const config = { type: "line" as const, data: { datasets }, options, plugins: [painter] };
  return new Uint8Array(new ChartJSNodeCanvas({ width, height }).renderToBufferSync(config, "image/png"));
}

/** A hook of Chart.js that draws, and restores the context. */
function painting(draw: Picture<Context>["over"]): (chart: Chart) => void {
  return (chart) => {
    const context = chart.ctx as unknown as Context;
    context.save();
    draw?.(context, chart);
    context.restore();
  };
}

/** How a line of text looks. */
export interface TextLook extends Font {
  readonly colour: string;
  readonly align?: "left" | "center" | "right";
  /** Whether paper shows around the letters, where the text may cover curves. */
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

/** Draws the lines of an SVG path. */
export function strokePath(context: Context, path: string, colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(new Path2D(path));
}

/** The part of the picture below title and subtitle, in pixels. */
export type Area = Pick<ChartArea, "left" | "top" | "right" | "bottom">;

/** Draws a picture without axes: title and subtitle by Chart.js, and below them an area, `height` pixels high. */
export function renderSheet(
  { heading, width, height, draw }: Pick<Picture<Context>, "heading" | "width" | "height"> & {
    draw(context: Context, area: Area): void;
  },
): Uint8Array<ArrayBuffer> {
  const hidden = { type: "linear", display: false } as const;
  return renderPng({
    ...{ heading, width },
    height: height + 2 * MARGIN + headingHeight(heading),
    scales: { x: hidden, y: hidden },
    over: (context, { chartArea }) => draw(context, chartArea),
  });
}

/** A rectangle in pixels. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Draws an image, in a thin frame, as large as it fits into the middle of the box, every pixel a sharp square. */
export function drawImage(context: Context, pixels: Pixels, size: Size, paint: Paint, box: Box): void {
  const { width, height } = displaySize(size, box);
  const left = Math.round(box.left + (box.width - width) / 2);
  const top = Math.round(box.top + (box.height - height) / 2);
  const source = createCanvas(size.width, size.height);
  const target = source.getContext("2d");
  const image = target.createImageData(size.width, size.height);
  for (let i = 0; i < size.width * size.height; i++) image.data.set([...paint(pixels, i), 255], 4 * i);
  target.putImageData(image, 0, 0);
  context.fillStyle = SURFACE.frame;
  context.fillRect(left - 1, top - 1, width + 2, height + 2);
  context.imageSmoothingEnabled = false;
  context.drawImage(source, left, top, width, height);
}

/** Fills a framed box with colours at equal distances, from left to right or, if it is taller than wide, upwards. */
export function drawRamp(context: Context, { left, top, width, height }: Box, stops: readonly Rgb[]): void {
  const [right, end] = width > height ? [left + width, top + height] : [left, top];
  const gradient = context.createLinearGradient(left, top + height, right, end);
  stops.forEach((stop, i) => gradient.addColorStop(i / (stops.length - 1), cssOf(stop)));
  context.fillStyle = gradient;
  context.fillRect(left, top, width, height);
  context.strokeStyle = SURFACE.frame;
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
}
