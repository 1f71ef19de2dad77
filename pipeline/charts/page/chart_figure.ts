/** A chart as part of a page: a heading, a description, and the marks. Scripts in pages/browser make it interactive. */
import type { Chart, Drawing } from "../marks.ts";
import { Html, markup } from "../../text/markup.ts";
import { mostConfused } from "../most_confused.ts";
import { imagesFigure } from "./images_figure.ts";
import { linesFigure } from "./lines_figure.ts";
import { matrixFigure } from "./matrix_figure.ts";

/** The figure; its id is `figure-NAME`. */
export function figureOf(chart: Chart): Html {
  const { name, title, about, marks } = chart;
  const text = marks.kind === "matrix" ? mostConfused(marks).note : marks.note;
  const note = text === undefined ? null : markup`<p class="note">${text}</p>`;
  return markup`<figure class="chart ${marks.kind}-chart" id="figure-${name}">
<figcaption><h3>${title}</h3>${note}<p>${about}</p></figcaption>
${contentOf(chart)}</figure>`;
}

function contentOf({ title, marks }: Chart): Html {
  switch (marks.kind) {
    case "lines":
      return linesFigure(title, marks);
    case "matrix":
      return matrixFigure(title, marks);
    case "images":
      return imagesFigure(marks);
    case "drawing":
      return drawingFigure(title, marks);
  }
}

/** A drawing as it is; its colours follow the page's. */
function drawingFigure(title: string, { size: { width, height }, body }: Drawing): Html {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}">
<svg width="${width}" height="${height + 8}" viewBox="0 -4 ${width} ${height + 8}" role="img" aria-label="${title}">
${new Html(body)}</svg></div>`;
}
