/** The page of several runs: what differs, how the figures do, and the curves over each other. */
import { curvesFigure } from "./curves_figure.ts";
import type { ComparisonData, TableData } from "./page_data.ts";
import { type Html, html } from "./markup.ts";
import { themeButton } from "./shell.ts";

/** The body of the page. */
export function comparisonBody(data: ComparisonData): Html {
  return html`
    <a class="skip" href="#main">To the results</a>
    <header class="top"><p class="brand">Retrace <span>comparison</span></p>${themeButton}</header>
    <main id="main"><h1>${data.title}</h1>${comparisonSections(data)}</main>
    <footer>
      <p>This page is one file. It needs no network and sends nothing.</p>
    </footer>
  `;
}

/** The tables and curves. */
export function comparisonSections({ tables, curves, notes }: ComparisonData): Html {
  return html`${tables.map(tableSection)}
<section aria-labelledby="curves-title"><h2 id="curves-title">Curves</h2><div class="charts">${
    curves.map(curvesFigure)
  }</div>
${notes.map((note) => html`<p class="hint">${note}</p>`)}</section>`;
}

function tableSection({ title, about, columns, rows }: TableData): Html {
  const head = columns.map((column) => html`<th scope="col" class="${sideOf(column.kind)}">${column.title}</th>`);
  // The runs of an experiment are indented below it.
  const body = rows.map((row) =>
    html`<tr class="${row[0].text.startsWith(" ") ? "part" : "whole"}">${
      row.map(({ text, best }, i) => {
        const classes = `${sideOf(columns[i].kind)}${best ? " best" : ""}`;
        return i === 0
          ? html`<th scope="row" class="${classes}">${text}</th>`
          : html`<td class="${classes}">${text}</td>`;
      })
    }</tr>`
  );
  return html`
    <section>
      <h2>${title}</h2>
      <p>${about}</p>
      <div class="scroll" tabindex="0" role="region" aria-label="${title}">
        <table class="runs">
          <thead>
            <tr>${head}</tr>
          </thead>
          <tbody>${body}</tbody>
        </table>
      </div>
    </section>
  `;
}

function sideOf(kind: TableData["columns"][number]["kind"]): string {
  return kind === "figure" ? "figure" : "text";
}
