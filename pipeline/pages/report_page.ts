/** A run's page: one file with everything about it. Its script adds drawing, paging and reading values. */
import type { Chart } from "../charts/marks.ts";
import { figureOf } from "../charts/page/chart_figure.ts";
import { type FigureDefinition, finalValue, type FinishedRun, type Remark } from "../define/figure.ts";
import { type Html, jsonForScript, markup } from "../text/markup.ts";
import { percentText } from "../text/numbers.ts";
import { digestText, flatParams, paramText } from "../text/param_text.ts";
import script from "./built/report.js" with { type: "text" };
import { type RunSummary, summaryOf } from "./run_summary.ts";
import { documentOf, footer, topBar } from "./shell.ts";

/** What the page's script reads. */
export interface ScriptData {
  /** The test accuracy, to compare with what the page computes; null if the run has none. */
  accuracy: number | null;
  model: CarriedModel;
}

type Row = readonly [name: string, value: string];

/** What a page shows in addition to the run. */
export interface ReportParts {
  /** What was trained. */
  title: string;
  /** The figures that the pipeline defines; a run without one of them does not show it. */
  figures: readonly FigureDefinition[];
  charts: readonly Chart[];
  /** The digests of the run's exports. */
  files: Readonly<Record<string, string>>;
  /** The trained model; null if the run trains none. */
  model: CarriedModel | null;
}

/** The page's bytes: the same for the same run, whenever and wherever it is written. */
export function reportPage(
  run: FinishedRun,
  { title, figures, charts, files, model }: ReportParts,
): Uint8Array<ArrayBuffer> {
  const accuracy = finalValue(run.figures, "accuracy") as number | null;
  const all: readonly (readonly [id: string, title: string, content: Html | null])[] = [
    ["draw", "Draw a digit", model?.isDrawn ? drawingPanel(model) : null],
    ["params", "Params of the stages", paramsCards(run)],
    ["check", "Check the accuracy", accuracy === null ? null : model && checkPanel(model, percentText(accuracy))],
    ["origin", "Where the results come from", originOf(run, files)],
  ];
  const sections = all.flatMap(([id, title, content]) => (content === null ? [] : [{ id, title, content }]));
  const links = [
    ...charts.map(({ name, title }) => [`figure-${name}`, title]),
    ...sections.map(({ id, title }) => [id, title]),
  ];
  const body = markup`${topBar(markup`Retrace`, "report of a run")}
<main id="main"><h1>${run.name}</h1><p class="layers">${title}</p>
${summaryBlock(summaryOf(figures, run))}
<nav aria-label="Contents"><ul class="contents">${
    links.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)
  }</ul></nav>
${sectionOf("charts", "Charts", markup`<div class="charts">${charts.map(figureOf)}</div>`)}
${sections.map(({ id, title, content }) => sectionOf(id, title, content))}</main>${footer}`;
  const data = jsonForScript({ accuracy, model: model ?? { missing: "" } } satisfies ScriptData);
  return new TextEncoder().encode(documentOf({ title: run.name, body, script, data }));
}

function sectionOf(id: string, title: string, content: Html): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`;
}

function summaryBlock({ headline, figures, remarks }: RunSummary): Html {
  const first = headline === null ? null : markup`<p class="accuracy"><b>${headline.text}</b>
<span>${[headline.title, headline.note].filter((part) => part !== undefined).join(", ")}</span></p>`;
  const rows = figures.map(({ title, text, note }) =>
    markup`<div><dt>${title}</dt><dd>${text}${
      note === undefined ? null : markup` <small class="hint">${note}</small>`
    }</dd></div>`
  );
  const textOf = ({ text, explanation }: Remark) =>
    markup`<p>${text[0].toUpperCase()}${text.slice(1)}. ${explanation ?? null}</p>`;
  const [good, others] = [true, false].map((is) => remarks.filter(({ isGood = false }) => isGood === is).map(textOf));
  return markup`<div class="summary">${first}<dl class="figures">${rows}</dl></div>${
    good.length === 0 ? null : markup`<div class="confirmed" role="note">${good}</div>`
  }${others.length === 0 ? null : markup`<div class="stall" role="note"><h2>What stands out</h2>${others}</div>`}`;
}

function paramsCards({ graph, experiment }: FinishedRun): Html {
  const cards = graph.map(({ stage: { name } }) => {
    const rows = flatParams(experiment.pipeline[name]).map(([path, value]): Row => [path, paramText(value)]);
    const values = rows.length === 0 ? markup`<p class="hint">no params</p>` : rowsTable("rows", rows);
    return markup`<div class="card"><h3>${name}</h3>${values}</div>`;
  });
  return markup`<div class="cards">${cards}</div>`;
}

function originOf({ name, stages }: FinishedRun, files: Readonly<Record<string, string>>): Html {
  return markup`<p>The same experiment produces the same bytes on every machine. To run it again from this run's folder:</p>
<pre tabindex="0"><code>deno task run results/${name}/experiment.json</code></pre>
<p>A stage with the same key is not computed again. <code>manifest.json</code> and <code>run.json</code> have the
whole digests; <code>run.json</code> states when, where and with which version of Deno the run was computed.</p><h3>Stages</h3><div class="cards">${
    stages.map(stageCard)
  }</div>
<h3>Files</h3>${rowsTable("rows digests", Object.entries(files))}`;
}

function stageCard(
  { stage, key, record: { request: { version, code }, outputs, each = {} } }: FinishedRun["stages"][number],
): Html {
  const last = Object.entries(each).map(([name, list]): Row => [
    `${name}, epoch ${list.length - 1}`,
    list[list.length - 1].digest,
  ]);
  const once = Object.entries(outputs).map(([name, { digest }]): Row => [name, digest]);
  return markup`<details class="card"><summary><b>${stage}</b> version ${version}</summary>${
    rowsTable("rows digests", [["key", key], ["code", code], ...once, ...last])
  }</details>`;
}

function rowsTable(classes: string, rows: readonly Row[]): Html {
  const body = rows.map(([name, value]) => {
    const text = digestText(value);
    const whole = text === value ? null : markup` title="${value}"`;
    return markup`<tr><th scope="row">${name}</th><td${whole}>${text}</td></tr>`;
  });
  return markup`<table class="${classes}"><tbody>${body}</tbody></table>`;
}

/**
 * The trained model as text, the shape of its images, its classes and their names, if any; or why the page has none.
 * `isDrawn`: its images are digits, which can be drawn.
 */
export type CarriedModel =
  & { isDrawn?: boolean }
  & (
    | { weights: string; table: string; shape: readonly number[]; classes: number; names: readonly string[] }
    | { missing: string }
  );

/** The pad to draw digits on, and how the model classifies them; or why there is none. */
export function drawingPanel(model: CarriedModel): Html {
  if ("missing" in model) return markup`<p>${model.missing}</p>`;
  const bars = Array.from(
    { length: model.classes },
    (_, c) =>
      markup`<li><span class="class">${model.names[c] ?? c}</span><span class="track"><span class="fill"></span></span>
<span class="share">–</span></li>`,
  );
  return markup`<p>Draw with the mouse or a finger. This page contains the trained model and the kernels that trained it.</p>
<noscript><p>Drawing needs JavaScript.</p></noscript>
<div class="draw"><div class="pad"><canvas id="pad" width="280" height="280" tabindex="0" role="img"
 aria-label="Drawing pad. The arrow keys move the pen, space lowers and lifts it, Escape clears the pad."></canvas>
<div class="buttons"><button type="button" id="clear">Clear</button>
<button type="button" id="example" hidden>Example</button>
<a class="button" id="save" download="digit.png" href="#draw">Save as PNG</a></div>
<p class="hint">Keys: arrows move the pen, space lowers and lifts it, Escape clears.</p></div>
<div class="seen"><canvas id="seen" width="28" height="28" role="img" aria-label="What the model sees: 28 by 28 pixels">
</canvas><p class="hint">what the model sees</p></div>
<div class="answer"><p id="answer" role="status">Nothing is drawn yet.</p><ol class="bars" id="bars">${bars}</ol></div></div>`;
}

/** The drop area for the test set's files, from which the page computes the accuracy. */
export function checkPanel(model: CarriedModel, accuracy: string): Html {
  if ("missing" in model) return markup`<p>${model.missing}</p>`;
  return markup`<p>Drop the two IDX files of the test set here, images and labels, and this page computes the accuracy itself.
This run's accuracy is ${accuracy}.</p>
<label class="drop" id="drop"><span>Drop two files here, or choose them</span><input type="file" id="files" multiple></label>
<progress id="check-progress" max="1" value="0" hidden aria-label="Images classified"></progress>
<p id="check-result" role="status"></p>`;
}
