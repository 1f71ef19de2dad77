/** The pages of `ui`: all runs, and one run. */
import { type FigureDefinition, headingOf } from "../define/figure.ts";
import { figureText } from "../text/figure_text.ts";
import { type Html, html } from "../text/markup.ts";
import { type Status, statusBadge } from "./live_sections.ts";
import { topBar } from "./shell.ts";

/** A run in the list. */
export interface ListedRun {
  name: string;
  status: Status;
  /** What stands behind the status: "train 3 of 40". */
  note: string;
  /** What was trained. */
  title: string;
  /** Figures by their names, as metrics.json has them; null while the run is not finished. */
  figures: Readonly<Record<string, unknown>> | null;
}

/** What is said of runs at work, while the list is open. */
export interface ListNews {
  /** The state of each as HTML. */
  live: { name: string; state: string }[];
  /** Changes when a run is finished or a folder comes or goes. */
  finished: string;
}

/** The frame of a page of the ui. */
export function framed(content: Html): Html {
  return html`${topBar(html`<a href="/">Retrace</a>`, "runs on this machine")}<main id="main">${content}</main>`;
}

/** The list of all runs with these figures; `finished` is what `ListNews` says at this moment. */
export function listBody(runs: readonly ListedRun[], figures: readonly FigureDefinition[], finished: string): Html {
  const heads = figures.map((figure) => html`<th scope="col">${headingOf(figure)}</th>`);
  const empty = html`<p>There are no runs yet: <code>deno task run experiments/two-layer.json</code></p>`;
  return framed(html`
    <h1>Runs</h1>
    <p id="news" role="status" data-finished="${finished}"></p>
    <form action="/compare" method="get">
      <div class="pager"><label>Filter <input type="search" id="filter" autocomplete="off"></label>
    <output id="count">${runs
      .length} runs</output><button type="submit" class="primary" id="compare">Compare the selected runs</button></div>
      <div class="scroll wide" tabindex="0" role="region" aria-label="Runs">
        <table class="runs list">
          <thead>
            <tr>
              <th scope="col">compare</th>
              <th scope="col" class="text">run</th>
              <th scope="col" class="text">status</th>
              ${heads}
              <th scope="col" class="text">what is trained</th>
            </tr>
          </thead>
          <tbody>${runs.map((run) => listRow(run, figures))}</tbody>
        </table>
      </div>
    </form>${runs.length === 0 ? empty : null}
  `);
}

/** How a run is, as the list shows it. */
export function stateCell({ status, note }: Pick<ListedRun, "status" | "note">): Html {
  return html`${statusBadge(status)} ${note}`;
}

function listRow(run: ListedRun, figures: readonly FigureDefinition[]): Html {
  const { name, title, figures: values } = run;
  const chooser = values === null
    ? null
    : html`<input type="checkbox" name="run" value="${name}" aria-label="Select ${name}">`;
  return html`
    <tr data-name="${name}">
      <td>${chooser}</td>
      <th scope="row" class="text"><a href="/run?name=${encodeURIComponent(name)}">${name}</a></th>
      <td class="text state">${stateCell(run)}</td>
      ${figures.map(({ name, form }) => html`<td class="figure">${figureText(values?.[name], form)}</td>`)}
      <td class="text">${title}</td>
    </tr>
  `;
}

/** One run, what is known of it as HTML, and its report, where there is one. */
export function runBody(name: string, sections: Html, hasReport: boolean): Html {
  const report = html`<p><a class="button primary" href="/report?name=${
    encodeURIComponent(name)
  }">Open its report</a></p>`;
  return framed(html`
    <h1>${name}</h1>
    <div id="report-link">${hasReport ? report : null}</div>
    <p class="hint" id="connection" role="status"></p>
    <div id="live" data-name="${name}">${sections}</div>
  `);
}
