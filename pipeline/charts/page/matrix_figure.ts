/** The confusion matrix as a table whose cells are shaded by their share of the row. */
import type { Matrix } from "../marks.ts";
import { mostConfused } from "../most_confused.ts";
import { type Html, markup } from "../../text/markup.ts";
import { countText, percentText } from "../../text/numbers.ts";

/** Shades from none to dark; style.css has a class for each. */
const SHADES = 12;

/** In a matrix of more classes, cells are narrower. */
const MANY = 15;

/** The table of what can be read, with the recall of each class at the right and its precision at the bottom. */
export function matrixFigure(title: string, whole: Matrix): Html {
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
