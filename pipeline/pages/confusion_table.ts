/** The confusion matrix as a table whose cells are shaded by their share of the row. */
import { type Html, html } from "./markup.ts";
import { percentText } from "./page_numbers.ts";

/** Shades from none to dark; style.css has a class for each. */
const SHADES = 12;

/** The table; `counts[t][p]` images of class t were classified as p. */
export function confusionTable(counts: readonly (readonly number[])[]): Html {
  const head = counts.map((_, c) => html`<th scope="col">${c}</th>`);
  const rows = counts.map((row, t) => {
    const total = sum(row);
    const cells = row.map((count, p) => html`<td class="${cellClass(count, total, t === p)}">${count}</td>`);
    return html`<tr><th scope="row">${t}</th>${cells}<td class="side">${
      percentText(shareOf(row[t], total), 1)
    }</td></tr>`;
  });
  const precision = counts.map((_, c) =>
    html`<td class="side">${percentText(shareOf(counts[c][c], sum(counts.map((row) => row[c]))), 1)}</td>`
  );
  return html`
    <p class="hint">
      Rows: the true class. Columns: the predicted one. Shade: share of the row, on a square-root scale.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix">
      <table class="confusion">
        <thead>
          <tr><th scope="col">true</th>${head}<th scope="col">recall</th></tr>
        </thead>
        <tbody>${rows}</tbody>
        <tfoot>
          <tr><th scope="row">precision</th>${precision}<td></td></tr>
        </tfoot>
      </table>
    </div>
  `;
}

function cellClass(count: number, total: number, diagonal: boolean): string {
  const shade = total === 0 ? 0 : Math.round(Math.sqrt(count / total) * SHADES);
  return `s${shade}${diagonal ? " right" : ""}${count === 0 ? " none" : ""}`;
}

function shareOf(part: number, total: number): number | null {
  return total === 0 ? null : part / total;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
