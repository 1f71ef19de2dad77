/** A chart as part of a page: a heading, a description, and the marks. Scripts in pages/browser make it interactive. */
import type { Chart, Drawing, Matrix } from "../marks.ts";
import { Html, markup } from "../../text/markup.ts";
import { mostConfused } from "../most_confused.ts";
import { imagesFigure } from "./images_figure.ts";
import { linesFigure } from "./lines_figure.ts";
import { tracesFigure } from "./traces_figure.ts";
import { countText, percentText } from "../../text/numbers.ts";

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
    case "traces":
      return tracesFigure(title, marks);
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

/** Shades from none to dark; style.css has a class for each. */
const SHADES = 12;

/** In a matrix of more classes, cells are narrower. */
const MANY = 15;

/** The table of what can be read, with the recall of each class at the right and its precision at the bottom. */
function matrixFigure(title: string, whole: Matrix): Html {
  const { labels, counts, cells, recall, precision } = mostConfused(whole);
  const isLarge = labels.length > MANY;
  const side = (share: number) => markup`<td class="side">${percentText(share, isLarge ? 0 : 1)}</td>`;
  const rows = counts.map((row, t) => {
    const shaded = row.map((count, p) => {
      const shade = `s${Math.round(Math.sqrt(cells[t][p]) * SHADES)}`;
      return markup`<td class="${shade}${t === p ? " right" : ""}${count === 0 ? " none" : ""}">${
        countText(count)
      }</td>`;
    });
    return markup`<tr><th scope="row">${labels[t]}</th>${shaded}${side(recall[t])}</tr>`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="confusion${
    isLarge ? " many" : ""
  }">
<thead><tr><th scope="col">true</th>${
    labels.map((label) => markup`<th scope="col">${label}</th>`)
  }<th scope="col">recall</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">precision</th>${precision.map(side)}<td></td></tr></tfoot></table></div>`;
}
