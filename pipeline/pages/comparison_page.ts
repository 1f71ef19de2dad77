/** The page of several runs: the params that differ, the figures, and the curves in shared charts. */
import { figureOf } from "../charts/page/chart_figure.ts";
import type { Chart } from "../charts/marks.ts";
import { type Html, markup } from "../text/markup.ts";
import script from "./built/comparison.js" with { type: "text" };
import { documentOf, footer, topBar } from "./shell.ts";

/** A column: its heading and what its cells are. */
export interface Column {
  title: string;
  kind: "name" | "param" | "figure";
}

/** A cell; `best` if no other experiment has a better value. */
export interface Cell {
  text: string;
  best: boolean;
}

/** A table of texts, for terminals and pages alike. */
export interface Table {
  columns: Column[];
  rows: Cell[][];
}

/** A table with what is said about it. */
export interface TableData extends Table {
  title: string;
  about: string;
}

/** Runs side by side. */
export interface ComparisonData {
  title: string;
  tables: readonly TableData[];
  charts: readonly Chart[];
  /** What is left out, and why. */
  notes: readonly string[];
}

/** The page as a single file: the same bytes for the same results. */
export function comparisonFile(data: ComparisonData): Uint8Array<ArrayBuffer> {
  const body = markup`${topBar(markup`Retrace`, "comparison")}<main id="main">${
    comparisonContent(data)
  }</main>${footer}`;
  return new TextEncoder().encode(documentOf({ title: data.title, body, script }));
}

/** The tables and curves. */
export function comparisonContent({ title, tables, charts, notes }: ComparisonData): Html {
  const curves = markup`<section aria-labelledby="curves-title"><h2 id="curves-title">Curves</h2>
<div class="charts">${charts.map(figureOf)}</div>${notes.map((note) => markup`<p class="hint">${note}</p>`)}</section>`;
  return markup`<h1>${title}</h1>${tables.map(tableSection)}
${charts.length + notes.length === 0 ? null : curves}`;
}

/** A table under its heading; the page's script sorts it. */
export function tableSection({ title, about, columns, rows }: TableData): Html {
  const side = (i: number) => columns[i].kind === "figure" ? "figure" : "text";
  const head = columns.map(({ title }, i) => markup`<th scope="col" class="${side(i)}">${title}</th>`);
  const body = rows.map((row) => {
    const [name, ...cells] = row.map(({ text, best }, i) => {
      const rest = markup`class="${side(i)}${best ? " best" : ""}">${text}`;
      return i === 0 ? markup`<th scope="row" ${rest}</th>` : markup`<td ${rest}</td>`;
    });
    // The runs of an experiment are indented below it.
    return markup`<tr class="${row[0].text.startsWith(" ") ? "part" : "whole"}">${name}${cells}</tr>`;
  });
  return markup`<section><h2>${title}</h2><p>${about}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="runs">
<thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div></section>`;
}
