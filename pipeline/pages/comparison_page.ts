/** The page of several runs: which params differ, the figures, and the curves over each other. */
import { figureOf } from "../charts/page/chart_figure.ts";
import type { Chart } from "../charts/marks.ts";
import { type Html, markup } from "../text/markup.ts";
import script from "./built/comparison.js" with { type: "text" };
import { documentOf, footer, topBar } from "./shell.ts";

/** A table of words. */
export interface TableData {
  title: string;
  about: string;
  columns: readonly { title: string; kind: "name" | "param" | "figure" }[];
  rows: readonly (readonly { text: string; best: boolean }[])[];
}

/** Runs side by side. */
export interface ComparisonData {
  title: string;
  tables: readonly TableData[];
  charts: readonly Chart[];
  /** What is left out, and why. */
  notes: readonly string[];
}

/** The page as a file of its own: the same bytes for the same results. */
export function comparisonFile(data: ComparisonData): Uint8Array<ArrayBuffer> {
  const body = markup`${topBar(markup`Retrace`, "comparison")}<main id="main">${
    comparisonContent(data)
  }</main>${footer}`;
  return new TextEncoder().encode(documentOf({ title: data.title, body, script }));
}

/** The tables and curves. */
export function comparisonContent({ title, tables, charts, notes }: ComparisonData): Html {
  return markup`<h1>${title}</h1>${tables.map(tableSection)}
<section aria-labelledby="curves-title"><h2 id="curves-title">Curves</h2>
<div class="charts">${charts.map(figureOf)}</div>${notes.map((note) => markup`<p class="hint">${note}</p>`)}</section>`;
}

function tableSection({ title, about, columns, rows }: TableData): Html {
  const side = (i: number) => columns[i].kind === "figure" ? "figure" : "text";
  const head = columns.map(({ title }, i) => markup`<th scope="col" class="${side(i)}">${title}</th>`);
  const body = rows.map((row) => {
    const cells = row.map(({ text, best }, i) => {
      const classes = `${side(i)}${best ? " best" : ""}`;
      return i === 0
        ? markup`<th scope="row" class="${classes}">${text}</th>`
        : markup`<td class="${classes}">${text}</td>`;
    });
    // The runs of an experiment are indented below it.
    return markup`<tr class="${row[0].text.startsWith(" ") ? "part" : "whole"}">${cells}</tr>`;
  });
  return markup`<section><h2>${title}</h2><p>${about}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="runs">
<thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div></section>`;
}
