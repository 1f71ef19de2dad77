/** The confusion matrix as a table whose cells are shaded by their share of the row. */
import type { Matrix } from "../marks.ts";
import { type Html, markup } from "../../text/markup.ts";
import { countText, percentText } from "../../text/numbers.ts";

/** Shades from none to dark; style.css has a class for each. */
const SHADES = 12;

/** The table, with the recall of each class at the right and its precision at the bottom. */
export function matrixFigure(title: string, { labels, counts }: Matrix): Html {
  const head = labels.map((label) => markup`<th scope="col">${label}</th>`);
  const rows = counts.map((row, t) => {
    const total = sum(row);
    const cells = row.map((count, p) =>
      markup`<td class="${cellClass(count, total, t === p)}">${countText(count)}</td>`
    );
    return markup`<tr><th scope="row">${labels[t]}</th>${cells}<td class="side">${
      percentText(row[t] / total, 1)
    }</td></tr>`;
  });
  const precision = counts.map((row, c) =>
    markup`<td class="side">${percentText(row[c] / sum(counts.map((row) => row[c])), 1)}</td>`
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="confusion">
<thead><tr><th scope="col">true</th>${head}<th scope="col">recall</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">precision</th>${precision}<td></td></tr></tfoot></table></div>`;
}

function cellClass(count: number, total: number, diagonal: boolean): string {
  const shade = total === 0 ? 0 : Math.round(Math.sqrt(count / total) * SHADES);
  return `s${shade}${diagonal ? " right" : ""}${count === 0 ? " none" : ""}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
