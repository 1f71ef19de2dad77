/** The pages of `ui`: all runs, and a run in progress. */
import { type Html, markup } from "../text/markup.ts";
import { type Status, statusBadge } from "./live_sections.ts";
import { topBar } from "./shell.ts";

/** A run in the list. */
export interface ListedRun {
  name: string;
  /** Its params by path, if they are known. */
  params?: ReadonlyMap<string, unknown>;
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

/** A column of the list, with a text for each run. */
export interface ListColumn {
  title: string;
  kind: "figure" | "text";
  texts: readonly string[];
}

/** Longer texts of params end in "…" and are shown whole by the pointer. */
const MAX_TEXT = 36;

/** A sweep in the list; its name ends in ".sweep". */
export interface ListedSweep extends Pick<ListedRun, "name" | "status" | "note"> {
  /** What is searched. */
  title: string;
}

/** Updates about runs and sweeps in progress, for an open list. */
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

/** The list of all runs, with `brief` names for long ones; `finished` as in `ListNews`. The page's script sorts it. */
export function listBody(
  runs: readonly ListedRun[],
  columns: readonly ListColumn[],
  brief: ReadonlyMap<string, string>,
  finished: string,
  sweeps: readonly ListedSweep[] = [],
): Html {
  const heads = columns.map(({ title, kind }) =>
    kind === "figure" ? markup`<th scope="col">${title}</th>` : markup`<th scope="col" class="text">${title}</th>`
  );
  const rows = runs.map((run, i) =>
    listRow(run, brief.get(run.name) ?? run.name, columns.map((column) => cellOf(column, i)))
  );
  const empty = markup`<p>There are no runs yet: <code>deno task run experiments/two-layer.json</code></p>`;
  return framed(markup`<h1>Runs</h1>
<p id="news" role="status" data-finished="${finished}"></p>
<form action="/compare" method="get">
<div class="pager"><label>Filter <input type="search" id="filter" autocomplete="off"></label>
<output id="count">${runs.length} runs</output>
<button type="submit" class="primary" id="compare">Compare the selected runs</button></div>
<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table class="runs list">
<thead><tr><th scope="col" class="choice">compare</th><th scope="col" class="text">run</th><th scope="col" class="text">status</th>
${heads}<th scope="col" class="text">what is trained</th></tr></thead>
<tbody>${rows}</tbody></table></div></form>${runs.length === 0 ? empty : null}${
    sweeps.length === 0 ? null : sweepsTable(sweeps)
  }`);
}

function sweepsTable(sweeps: readonly ListedSweep[]): Html {
  const rows = sweeps.map((sweep) =>
    markup`<tr data-name="${sweep.name}"><th scope="row" class="text"><a href="/run?name=${
      encodeURIComponent(sweep.name)
    }">${sweep.name}</a></th>
<td class="text state">${stateCell(sweep)}</td><td class="text">${sweep.title}</td></tr>`
  );
  const heads = ["sweep", "status", "what is searched"].map((title) =>
    markup`<th scope="col" class="text">${title}</th>`
  );
  return markup`<section><h2>Sweeps</h2><div class="scroll" tabindex="0" role="region" aria-label="Sweeps">
<table class="runs list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function cellOf({ kind, texts }: ListColumn, i: number): Html {
  const text = texts[i];
  if (text.length <= MAX_TEXT) return markup`<td class="${kind}">${text}</td>`;
  return markup`<td class="${kind}" title="${text}">${text.slice(0, MAX_TEXT)}…</td>`;
}

/** A run's status in the list. */
export function stateCell({ name, status, note, later }: Pick<ListedRun, "name" | "status" | "note" | "later">): Html {
  if (later === undefined) return markup`${statusBadge(status)} ${note}`;
  const page = `/run?name=${encodeURIComponent(name)}&last=`;
  return markup`${statusBadge(status)} <a href="${page}">then ${later}</a> ${note}`;
}

function listRow(run: ListedRun, brief: string, cells: readonly Html[]): Html {
  const { name, title, figures } = run;
  const chooser = figures === null
    ? null
    : markup`<input type="checkbox" name="run" value="${name}" aria-label="Select ${name}">`;
  return markup`<tr data-name="${name}"><td class="choice">${chooser}</td>
<th scope="row" class="text"><a href="/run?name=${encodeURIComponent(name)}" title="${name}">${brief}</a></th>
<td class="text state">${stateCell(run)}</td>
${cells}
<td class="text">${title}</td></tr>`;
}

/** A run in progress, or a sweep; `sections` shows its state. */
export function runBody(name: string, sections: Html): Html {
  return framed(markup`<h1>${name}</h1><p class="hint" id="connection" role="status"></p>
<div id="live" data-name="${name}">${sections}</div>`);
}
