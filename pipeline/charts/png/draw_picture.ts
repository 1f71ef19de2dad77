/** Draws charts as pictures. Renderers are loaded on demand, because most of them load a canvas. */
import { svgOf } from "../svg.ts";
import type { Chart } from "../marks.ts";

/** The bytes of a chart's picture, PNG or, for a drawing, SVG: the same for the same chart, on every machine. */
export async function drawPicture(chart: Chart): Promise<Uint8Array<ArrayBuffer>> {
  const { marks } = chart;
  switch (marks.kind) {
    case "lines":
      return (await import("./lines_png.ts")).linesPng(chart, marks);
    case "matrix":
      return (await import("./matrix_png.ts")).matrixPng(chart, marks);
    case "images":
      return (await import("./images_png.ts")).imagesPng(chart, marks);
    case "traces":
      return (await import("./traces_png.ts")).tracesPng(chart, marks);
    case "drawing":
      return new TextEncoder().encode(svgOf(chart, marks));
  }
}
