/** The page of a sweep: its winner, its charts and all of its trials. */
import { figureOf } from "../charts/page/chart_figure.ts";
import { plain } from "../compare/comparison_table.ts";
import { type Column, type TableData, tableSection } from "../pages/comparison_page.ts";
import script from "../pages/built/comparison.js" with { type: "text" };
import { documentOf, footer, topBar } from "../pages/shell.ts";
import { type Html, markup } from "../text/markup.ts";
import { countText, percentText } from "../text/numbers.ts";
import { paramText } from "../text/param_text.ts";
import { curvesChart, parallelChart, scatterCharts } from "./sweep_charts.ts";
import { isConcluded, type SweepReport, type Trial, trialsBestFirst } from "./sweep_report.ts";
import { passedRung, progressText, searchText, trialFigure, valueText } from "./trial_text.ts";

/** Seconds after which the page of a sweep in progress loads itself again. */
const RELOAD = 10;

/** The page as a single file, for the sweep's folder beside those of its runs: the same text for the same report. */
export function sweepPage(report: SweepReport): string {
  const content = sweepContent(report, (run) => `../${encodeURIComponent(run.toWellFormed())}/report.html`);
  const isLive = !isConcluded(report);
  const reload = markup`<noscript><meta http-equiv="refresh" content="${RELOAD}"></noscript>`;
  const main = markup`<main id="main"${isLive ? markup` data-reload="${RELOAD}"` : null}>`;
  const body = markup`${topBar(markup`Retrace`, "sweep")}${isLive ? reload : null}${main}
<h1>Sweep of ${report.name}</h1>${content}</main>${footer}`;
  return documentOf({ title: `Sweep of ${report.name}`, body, script });
}

/** Everything below the heading; `link` is the address of a run's report. */
export function sweepContent(report: SweepReport, link: (run: string) => string): Html {
  const { parameters, trials, brackets } = report;
  const rungs = brackets.some(({ rungs }) => rungs.length > 1) ? tableSection(rungsTable(report)) : null;
  const charts = markup`<section aria-labelledby="charts-title"><h2 id="charts-title">Charts</h2>
<div class="charts">${[parallelChart(report), curvesChart(report)].map(figureOf)}</div></section>
<section aria-labelledby="each-title"><h2 id="each-title">By each parameter</h2>
<p>One point per trial, in the same colours.</p><div class="multiples">${
    scatterCharts(report).map(figureOf)
  }</div></section>`;
  return markup`${headOf(report, link)}${trials.length === 0 || parameters.length === 0 ? null : charts}
${rungs}${tableSection(trialsTable(report))}`;
}

const NO_WINNER =
  markup`<div class="stall" role="note"><p>There is no winner: no trial was trained to the end.</p></div>`;

/** What was searched, how far it is, what it took, and the winner. */
function headOf(report: SweepReport, link: (run: string) => string): Html {
  const { metric, seeds, trained, ofAll, trials, winner, isFinished } = report;
  const counts = Object.entries(Object.groupBy(trials, ({ status }) => status))
    .map(([status, some]) => `${some.length} ${status}`);
  const best = winner === null ? undefined : trials[winner.trial];
  const facts: [string, string, string][] = [
    ["trials", countText(trials.length), counts.join(", ")],
    [
      "epochs trained",
      countText(trained),
      `${percentText(trained / ofAll, 0)} of the ${countText(ofAll)} of all trials to the end`,
    ],
  ];
  const mean = seeds.length === 1 ? "" : `, mean of ${seeds.length} seeds with its 95 % interval`;
  const headline = best === undefined ? null : markup`<p class="accuracy"><b>${trialFigure(best, report)}</b>
<span>${metric.title} of trial ${best.index}${mean}</span></p>`;
  const figures = facts.map(([title, text, note]) =>
    markup`<div><dt>${title}</dt><dd>${text} <small class="hint">${note}</small></dd></div>`
  );
  return markup`<p class="layers">${searchText(report)}</p>
<p role="status"><span class="status ${isConcluded(report) ? "finished" : "running"}">${progressText(report)}</span></p>
<div class="summary">${headline}<dl class="figures">${figures}</dl></div>${
    best === undefined ? isFinished ? NO_WINNER : null : winnerCard(report, best, link)
  }`;
}

function winnerCard({ parameters, winner, isFinished }: SweepReport, best: Trial, link: (run: string) => string): Html {
  const { runs, test, verdict } = winner!;
  const figures = test?.map(({ title, text }) => `${title} ${text}`).join(", ") ?? "not evaluated yet";
  const rows: [string, Html | string][] = [
    ...parameters.map(({ path }): [string, string] => [path, paramText(best.choices[path])]),
    ["on the test set", figures],
    ...(runs.length === 0
      ? []
      : [["runs", markup`${runs.map((run) => markup`<a href="${link(run)}">${run}</a> `)}`]] as [string, Html][]),
  ];
  const body = rows.map(([title, value]) => markup`<tr><th scope="row">${title}</th><td>${value}</td></tr>`);
  return markup`<div class="confirmed" role="note"><p>Trial ${best.index}: ${verdict}.</p></div>
<section><h2>${isFinished ? "The winner" : "The best so far"}: trial ${best.index}</h2>
<div class="card"><table class="rows"><tbody>${body}</tbody></table></div></section>`;
}

function rungsTable(report: SweepReport): TableData {
  const { brackets } = report;
  const columns = ["bracket", "rung", "epochs", "trials", "ended it", "go on"].map((title): Column => ({
    title,
    kind: "figure",
  }));
  const rows = brackets.flatMap(({ rungs }, bracket) =>
    rungs.map(({ epochs, trials, keeps }, rung) => {
      const isLast = rung === rungs.length - 1;
      const passed = passedRung(report, bracket, rung);
      return [bracket + 1, rung + 1, epochs, trials, passed, isLast ? "–" : keeps].map((cell) => plain(String(cell)));
    })
  );
  const about = "Trials compete at the end of a rung, within their bracket: the best go on to the next one.";
  return brackets.length > 1
    ? { title: "Brackets and rungs", about, columns, rows }
    : { title: "Rungs", about, columns: columns.slice(1), rows: rows.map((row) => row.slice(1)) };
}

function trialsTable(report: SweepReport): TableData {
  const { parameters, metric, brackets, winner } = report;
  const hasBrackets = brackets.length > 1;
  const columns: Column[] = [
    { title: "trial", kind: "figure" },
    { title: metric.title, kind: "figure" },
    ...parameters.map(({ title }): Column => ({ title, kind: "param" })),
    ...["epochs", ...(hasBrackets ? ["bracket"] : [])].map((title): Column => ({ title, kind: "figure" })),
    ...["status", "why"].map((title): Column => ({ title, kind: "param" })),
  ];
  const rows = trialsBestFirst(report).map((trial) => [
    plain(String(trial.index)),
    { text: trialFigure(trial, report), best: trial.index === winner?.trial },
    ...parameters.map(({ path }) => plain(valueText(trial.choices[path]))),
    ...[trial.epochs, ...(hasBrackets ? [trial.bracket + 1] : [])].map((count) => plain(String(count))),
    ...[trial.status, trial.reason].map(plain),
  ]);
  const about = "The best first: those that were trained the longest, and of these the best. A star marks the winner.";
  return { title: "All trials", about, columns, rows };
}
