/** A run's page: everything that can be said of it without code; the page's code adds drawing, paging and reading. */
import { confusionTable } from "./confusion_table.ts";
import { curvesFigure } from "./curves_figure.ts";
import type { ReportData, Row, ScriptData, StageOrigin } from "./page_data.ts";
import { type Html, html, jsonForScript } from "./markup.ts";
import { countText, percentText } from "./page_numbers.ts";
import { themeButton } from "./shell.ts";

/** Sections in the order of the page. */
const CONTENTS: readonly Row[] = [
  ["draw", "Draw a digit"],
  ["curves", "Curves"],
  ["confusion", "Confusion"],
  ["mistakes", "Mistakes"],
  ["samples", "Samples"],
  ["params", "Params"],
  ["check", "Check the accuracy"],
  ["origin", "Where it comes from"],
];

/** The body of the page. */
export function reportBody(data: ReportData): Html {
  const links = CONTENTS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`
    <a class="skip" href="#main">To the results</a>
    <header class="top"><p class="brand">Retrace <span>report of a run</span></p>${themeButton}</header>
    <main id="main"><h1>${data.name}</h1><p class="layers">${data.layers.join(" → ")}</p>
    ${summary(data)}
    <nav aria-label="Contents"><ul class="contents">${links}</ul></nav>
    ${section("draw", drawing(data))}
    ${section("curves", html`<div class="charts">${data.curves.map(curvesFigure)}</div>`)}
    ${section("confusion", confusionTable(data.confusion))}
    ${section("mistakes", mistakes(data))}
    ${section(
      "samples",
      html`
        <p>The first rows of the first batch, as the dataset has them.</p>
        <ul class="images" id="sample-images"></ul>
      `,
    )}
    ${section("params", html`<div class="cards">${data.params.map(paramsCard)}</div>`)}
    ${section("check", checking(data))}
    ${section("origin", origin(data))}</main>
    <footer>
      <p>This page is one file. It needs no network and sends nothing.</p>
    </footer>
  `;
}

/** What the page's code needs, in a form that can stand in the page. */
export function reportScriptData({ accuracy, mistakes, mistakeImages, samples, model }: ReportData): Html {
  return jsonForScript({ accuracy, mistakes, mistakeImages, samples, model } satisfies ScriptData);
}

function section(id: string, content: Html): Html {
  const title = CONTENTS.find(([name]) => name === id)![1];
  return html`
    <section id="${id}"
      aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>
  `;
}

function summary({ accuracy, correct, total, figures, stall }: ReportData): Html {
  const callout = stall === null ? null : html`
    <div class="stall" role="note">
      <h2>Part of it no longer learns</h2>
      <p>${stall}</p>
    </div>
  `;
  return html`
    <div class="summary">
      <p class="accuracy"><b>${percentText(accuracy)}</b>
    <span>test accuracy, ${countText(correct)} of ${countText(total)}</span></p>
      <dl class="figures">${figures.map(([name, value]) =>
        html`
          <div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>
        `
      )}</dl>
    </div>${callout}
  `;
}

function drawing({ model, confusion }: ReportData): Html {
  if ("missing" in model) return html`<p>${model.missing}</p>`;
  const bars = confusion.map((_, c) =>
    html`<li><span class="class">${c}</span><span class="track"><span class="fill"></span></span><span class="share">–</span></li>`
  );
  return html`
    <p>Draw with the mouse or a finger. The model that was trained, and the kernels that trained it, are in this page.</p>
    <noscript><p>Drawing needs JavaScript.</p></noscript>
    <div class="draw">
      <div class="pad">
        <canvas id="pad" width="280" height="280" tabindex="0" role="img"
          aria-label="Drawing pad. Arrow keys move the pen, space puts it down and lifts it, Escape clears."></canvas>
        <div
          class="buttons"><button type="button" id="clear">Clear</button><button type="button" id="example">An example</button>
    <a class="button" id="save" download="digit.png" href="#draw">Save as PNG</a></div>
        <p class="hint">Keys: arrows move the pen, space puts it down, Escape clears.</p>
      </div>
      <div class="seen">
        <canvas id="seen" width="28" height="28" role="img" aria-label="What the model sees: 28 by 28 pixels"></canvas>
        <p class="hint">what the model sees</p>
      </div>
      <div class="answer">
        <p id="answer" role="status">Nothing is drawn yet.</p>
        <ol class="bars" id="bars">${bars}</ol>
      </div>
    </div>
  `;
}

function mistakes({ wrong, total, mistakes }: ReportData): Html {
  if (wrong === 0) return html`<p>All ${countText(total)} test images are classified right.</p>`;
  const shown = mistakes.length < wrong ? ` The ${countText(mistakes.length)} most certain ones are here.` : "";
  return html`
    <p>${countText(wrong)} of ${countText(total)} test images are classified wrong, the most certain first.${shown}</p>
    <div class="pager"><label>True class <select id="mistake-class"><option value="">all</option></select></label>
    <button type="button" id="mistakes-before">Before</button><output id="mistakes-place"></output>
    <button type="button" id="mistakes-after">After</button></div>
    <ul class="images" id="mistake-images"></ul>
  `;
}

function paramsCard({ stage, rows }: ReportData["params"][number]): Html {
  return html`<div class="card"><h3>${stage}</h3>${rowsTable(rows)}</div>`;
}

function checking({ model, accuracy }: ReportData): Html {
  if ("missing" in model) return html`<p>${model.missing}</p>`;
  return html`
    <p>Drop the test set's two IDX files, images and labels, and this page computes the accuracy anew.
    The run says ${percentText(accuracy)}.</p>
    <label class="drop"
      id="drop"><span>Drop two files here, or choose them</span><input type="file" id="files" multiple></label>
    <progress id="check-progress" max="1" value="0" hidden aria-label="Images classified"></progress><p id="check-result"
      role="status"></p>
  `;
}

function origin({ name, stages, files }: ReportData): Html {
  return html`<p>The same experiment gives the same bytes on every machine. To compute it again, from this run's folder:</p>
<pre tabindex="0"><code>deno task run results/${name}/experiment.json</code></pre>
<p>A stage whose key is the same is not run again. When, where and with which version of Deno it ran is in <code>run.json</code>.</p>
<h3>Stages</h3><div class="cards">${stages.map(stageCard)}</div><h3>Files</h3>${digestTable(files)}`;
}

function stageCard({ stage, version, key, code, outputs }: StageOrigin): Html {
  return html`<details class="card"><summary><b>${stage}</b> version ${version}</summary>${
    digestTable([["key", key], ["code", code], ...outputs])
  }</details>`;
}

function rowsTable(rows: readonly Row[]): Html {
  if (rows.length === 0) return html`<p class="hint">no params</p>`;
  return html`
    <table class="rows">
      <tbody>${rows.map(([name, value]) =>
        html`
          <tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr>
        `
      )}</tbody>
    </table>
  `;
}

function digestTable(rows: readonly Row[]): Html {
  return html`
    <table class="rows digests">
      <tbody>${rows.map(([name, digest]) =>
        html`
          <tr>
            <th scope="row">${name}</th>
            <td><code>${digest}</code></td>
          </tr>
        `
      )}</tbody>
    </table>
  `;
}
