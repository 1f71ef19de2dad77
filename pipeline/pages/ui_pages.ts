/** The pages of `ui`: all runs, and a run in progress. */
import { type FigureDefinition, headingOf } from "../define/figure.ts";
import { figureText } from "../text/numbers.ts";
import { type Html, markup } from "../text/markup.ts";
import { type Status, statusBadge } from "./live_sections.ts";
import { topBar } from "./shell.ts";

/** A run in the list. */
export interface ListedRun {
  name: string;
  status: Status;
  /** Shown after the status: "train 3 of 40". */
  note: string;
  /** What became of a later run of the name, which has left the results as they were. */
  later?: Status;
  /** What was trained. */
  title: string;
  /** Figures by their names, as in metrics.json; null until the run is finished. */
  figures: Readonly<Record<string, unknown>> | null;
}

/** Updates about runs in progress, for an open list. */
export interface ListNews {
  /** The state of each as HTML. */
  live: { name: string; state: string }[];
  /** Changes when a run finishes or a folder appears or disappears. */
  finished: string;
}

/** The frame of a page of the ui. */
export function framed(content: Html): Html {
  return markup`${topBar(markup`<a href="/">Retrace</a>`, "runs on this machine")}<main id="main">${content}</main>`;
}

/** The list of all runs with these figures; `finished` is the present one of `ListNews`. */
export function listBody(runs: readonly ListedRun[], figures: readonly FigureDefinition[], finished: string): Html {
  const heads = figures.map((figure) => markup`<th scope="col">${headingOf(figure)}</th>`);
  const empty = markup`<p>There are no runs yet: <code>deno task run experiments/two-layer.json</code></p>`;
  return framed(markup`<h1>Runs</h1>
<p id="news" role="status" data-finished="${finished}"></p>
<form action="/compare" method="get">
<div class="pager"><label>Filter <input type="search" id="filter" autocomplete="off"></label>
<output id="count">${runs.length} runs</output>
<button type="submit" class="primary" id="compare">Compare the selected runs</button></div>
<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table class="runs list">
<thead><tr><th scope="col">compare</th><th scope="col" class="text">run</th><th scope="col" class="text">status</th>
${heads}<th scope="col" class="text">what is trained</th></tr></thead>
<tbody>${runs.map((run) => listRow(run, figures))}</tbody></table></div></form>${runs.length === 0 ? empty : null}`);
}

/** A run's status in the list. */
export function stateCell({ name, status, note, later }: Pick<ListedRun, "name" | "status" | "note" | "later">): Html {
  if (later === undefined) return markup`${statusBadge(status)} ${note}`;
  const page = `/run?name=${encodeURIComponent(name)}&last=`;
  return markup`${statusBadge(status)} <a href="${page}">then ${later}</a> ${note}`;
}

function listRow(run: ListedRun, figures: readonly FigureDefinition[]): Html {
  const { name, title, figures: values } = run;
  const chooser = values === null
    ? null
    : markup`<input type="checkbox" name="run" value="${name}" aria-label="Select ${name}">`;
  return markup`<tr data-name="${name}"><td>${chooser}</td>
<th scope="row" class="text"><a href="/run?name=${encodeURIComponent(name)}">${name}</a></th>
<td class="text state">${stateCell(run)}</td>
${figures.map(({ name, form }) => markup`<td class="figure">${figureText(values?.[name], form)}</td>`)}
<td class="text">${title}</td></tr>`;
}

/** A run in progress; `sections` shows its state. */
export function runBody(name: string, sections: Html): Html {
  return framed(markup`<h1>${name}</h1><p class="hint" id="connection" role="status"></p>
<div id="live" data-name="${name}">${sections}</div>`);
}
