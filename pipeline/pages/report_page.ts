/** A run's page: one file with all that can be said of it. Its code adds drawing, paging and reading values. */
import { figureOf } from "../charts/page/figure.ts";
import type { Chart } from "../charts/marks.ts";
import { finalValue, type FinishedRun } from "../define/finished_run.ts";
import type { StageResult } from "../engine/run/runner.ts";
import { type Html, html, jsonForScript } from "../text/markup.ts";
import { percentText } from "../text/numbers.ts";
import script from "./built/report.js" with { type: "text" };
import { type CarriedModel, carriedModel } from "./carried_model.ts";
import { digestTable, drawingSection, paramsTable, type Row } from "./report_parts.ts";
import { type RunSummary, summaryOf } from "./run_summary.ts";
import { documentOf, footer, topBar } from "./shell.ts";

/** What the page's code reads. */
export interface ScriptData {
  /** The test accuracy, to compare with what the page computes itself; null where the run has none. */
  accuracy: number | null;
  model: CarriedModel;
}

/** A part of the page, under a heading of its own. */
interface Section {
  id: string;
  title: string;
  content: Html;
}

/**
 * The page's bytes: the same for the same run, whenever and wherever it is written. `title` says what was trained, `files`
 * are the digests of the run's exports.
 */
export function reportPage(
  run: FinishedRun,
  title: string,
  charts: readonly Chart[],
  files: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const model = carriedModel(run);
  const accuracy = finalValue(run.figures, "accuracy") as number | null;
  const sections: Section[] = [
    { id: "draw", title: "Draw a digit", content: drawingSection(model) },
    { id: "params", title: "Parameters of the stages", content: paramsSection(run) },
    { id: "check", title: "Check the accuracy", content: checkSection(model, accuracy) },
    { id: "origin", title: "Where the results come from", content: originSection(run, files) },
  ];
  const links = [
    ...charts.map(({ name, title }) => [`figure-${name}`, title]),
    ...sections.map(({ id, title }) => [id, title]),
  ];
  const body = html`
    ${topBar(html`Retrace`, "report of a run")}
    <main id="main">
      <h1>${run.name}</h1>
      <p class="layers">${title}</p>
      ${summarySection(summaryOf(run))}
      <nav aria-label="Contents">
        <ul class="contents">${links.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
      </nav>
      <section aria-labelledby="charts-title"><h2 id="charts-title">Charts</h2><div class="charts">${charts.map(
        figureOf,
      )}</div></section>
      ${sections.map(sectionOf)}
    </main>
    ${footer}
  `;
  const data = jsonForScript({ accuracy, model } satisfies ScriptData);
  return new TextEncoder().encode(documentOf({ title: run.name, body, script, data }));
}

function sectionOf({ id, title, content }: Section): Html {
  return html`
    <section id="${id}"
      aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>
  `;
}

function summarySection({ headline, figures, remarks }: RunSummary): Html {
  const callout = remarks.length === 0 ? null : html`
    <div class="stall" role="note">
      <h2>What stands out</h2>
      ${remarks.map(({ text, explanation }) => html`<p>${sentence(text)} ${explanation ?? null}</p>`)}
    </div>
  `;
  return html`
    <div class="summary">
      ${headline === null ? null : html`
        <p class="accuracy"><b>${headline.text}</b> <span>${commaed(headline.title, headline.note)}</span></p>
      `}
      <dl class="figures">${figures.map(({ title, text, note }) =>
        html`
          <div>
            <dt>${title}</dt>
            <dd>${text} <span class="note">${note ?? null}</span></dd>
          </div>
        `
      )}</dl>
    </div>${callout}
  `;
}

function paramsSection({ graph, experiment }: FinishedRun): Html {
  const cards = graph.map(({ stage: { name } }) =>
    html`<div class="card"><h3>${name}</h3>${paramsTable(experiment.pipeline[name])}</div>`
  );
  return html`<div class="cards">${cards}</div>`;
}

function checkSection(model: CarriedModel, accuracy: number | null): Html {
  if ("missing" in model) return html`<p>${model.missing}</p>`;
  return html`
    <p>Drop the two IDX files of the test set here, images and labels, and this page computes the accuracy itself. This
    run's accuracy is ${percentText(accuracy)}.</p>
    <label class="drop"
      id="drop"><span>Drop two files here, or choose them</span><input type="file" id="files" multiple></label>
    <progress id="check-progress" max="1" value="0" hidden aria-label="Images classified"></progress><p id="check-result"
      role="status"></p>
  `;
}

function originSection({ name, stages }: FinishedRun, files: Readonly<Record<string, string>>): Html {
  return html`<p>The same experiment gives the same bytes on every machine. To compute it again from this run's folder:</p>
<pre tabindex="0"><code>deno task run results/${name}/experiment.json</code></pre>
<p>A stage with the same key is not computed again. <code>run.json</code> says when and where the run was computed, and with
which version of Deno.</p>
<h3>Stages</h3><div class="cards">${stages.map(stageCard)}</div><h3>Files</h3>${digestTable(Object.entries(files))}`;
}

function stageCard({ stage, key, record: { request: { version, code }, outputs, each = {} } }: StageResult): Html {
  const rows: Row[] = [
    ["key", key],
    ["code", code],
    ...Object.entries(outputs).map(([name, { digest }]): Row => [name, digest]),
    ...Object.entries(each).map((
      [name, list],
    ): Row => [`${name}, epoch ${list.length - 1}`, list[list.length - 1].digest]),
  ];
  return html`<details class="card"><summary><b>${stage}</b> version ${version}</summary>${
    digestTable(rows)
  }</details>`;
}

function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

function commaed(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(", ");
}
