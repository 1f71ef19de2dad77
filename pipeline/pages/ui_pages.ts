/** The pages of `deno task ui`: all runs, and one run. */
import type { LiveState, Status } from "./live_sections.ts";
import { liveSections, statusBadge } from "./live_sections.ts";
import { type Html, html } from "./markup.ts";
import { figureText, percentText } from "./page_numbers.ts";
import { themeButton } from "./shell.ts";

/** A run in the list. */
export interface ListedRun {
  name: string;
  status: Status;
  layers: readonly string[];
  seed: number | null;
  accuracy: number | null;
  loss: number | null;
  epochs: number | null;
  /** What stands behind the status: "epoch 3 of 40". */
  note: string;
}

/** What is said of runs at work, while the list is open. */
export interface ListNews {
  live: { name: string; status: Status; note: string }[];
  /** Changes when a run is finished or a folder comes or goes. */
  finished: string;
}

/** The frame of a page of the ui. */
function framed(content: Html): Html {
  return html`<a class="skip" href="#main">To the content</a><header class="top">
<p class="brand"><a href="/">Retrace</a> <span>runs on this machine</span></p>${themeButton}</header>
<main id="main">${content}</main>`;
}

/** The list of all runs; `finished` is what `ListNews` says at this moment. */
export function listBody(runs: readonly ListedRun[], finished: string): Html {
  const rows = runs.map(listRow);
  const empty = html`<p>No run is here yet: <code>deno task run experiments/two-layer.json</code></p>`;
  return framed(html`
    <h1>Runs</h1>
    <p id="news" role="status" data-finished="${finished}"></p>
    <form action="/compare" method="get">
      <div class="pager"><label>Filter <input type="search" id="filter" autocomplete="off"></label>
    <output id="count">${runs
      .length} runs</output><button type="submit" class="primary" id="compare">Compare the chosen</button></div>
      <div class="scroll wide" tabindex="0" role="region" aria-label="Runs">
        <table class="runs list">
          <thead>
            <tr>
              <th scope="col">chosen</th>
              <th scope="col" class="text">run</th>
              <th scope="col" class="text">status</th>
              <th scope="col">accuracy</th>
              <th scope="col">test loss</th>
              <th scope="col">epochs</th>
              <th scope="col">seed</th>
              <th scope="col" class="text">model</th>
            </tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </div>
    </form>${runs.length === 0 ? empty : null}
  `);
}

function listRow({ name, status, layers, seed, accuracy, loss, epochs, note }: ListedRun): Html {
  const chooser = accuracy === null
    ? null
    : html`<input type="checkbox" name="run" value="${name}" aria-label="Choose ${name}">`;
  return html`
    <tr data-name="${name}">
      <td>${chooser}</td>
      <th scope="row" class="text"><a href="${runLink(name)}">${name}</a></th>
      <td class="text state">${statusBadge(status)} ${note}</td>
      <td class="figure">${percentText(accuracy)}</td>
      <td class="figure">${figureText(loss)}</td>
      <td class="figure">${epochs ?? "–"}</td>
      <td class="figure">${seed ?? "–"}</td>
      <td class="text">${layers.join(" → ")}</td>
    </tr>
  `;
}

/** One run; its report, where there is one. */
export function runBody(state: LiveState, hasReport: boolean): Html {
  const { name } = state;
  const report = html`<p><a class="button primary" href="/report?name=${
    encodeURIComponent(name)
  }">Open its report</a></p>`;
  return framed(html`
    <h1>${name}</h1>
    <div id="report-link">${hasReport ? report : null}</div>
    <p class="hint" id="connection" role="status"></p>
    <div id="live" data-name="${name}">${liveSections(state)}</div>
  `);
}

/** Where a run's page is. */
export function runLink(name: string): string {
  return `/run?name=${encodeURIComponent(name)}`;
}
