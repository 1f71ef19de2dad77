/** The server of `ui`: on this machine only, read-only, and only what is in the results folder. */
import { comparisonReport } from "../compare/comparison_report.ts";
import { compareRuns } from "../compare/compare_runs.ts";
import { runsIn } from "../compare/stored_runs.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { termsOf } from "../define/terms.ts";
import comparisonScript from "../pages/built/comparison.js" with { type: "text" };
import runScript from "../pages/built/run.js" with { type: "text" };
import runsScript from "../pages/built/runs.js" with { type: "text" };
import { comparisonContent } from "../pages/comparison_page.ts";
import { liveSections } from "../pages/live_sections.ts";
import { documentOf, policyOf } from "../pages/shell.ts";
import { framed, listBody, type ListNews, runBody } from "../pages/ui_pages.ts";
import { isSweep } from "../sweeps/read_sweep.ts";
import { runOfFigures } from "../results/finish_run.ts";
import { type Html, markup } from "../text/markup.ts";
import { visible } from "../text/visible.ts";
import { type Asked, changes, type HttpLimits, refusal, serveHttp } from "./http_server.ts";
import { folderOf, hasReport, listColumns, listedRuns, listNames, newsOf, reportOf, writtenIn } from "./listed_runs.ts";
import { followSweep, followSweeps, sweepNews } from "./listed_sweeps.ts";
import { followAll, type LiveRuns, runInProgress } from "./live_runs.ts";
import { follow, type FollowedRun } from "./live_state.ts";

/** What the server shows. */
export interface Shown {
  pipeline: Pipeline;
  /** The paths of the pipeline's seeds. */
  seeds: readonly string[];
  /** The folder that contains a folder per run. */
  results: string;
  /** The cache that may remember what the runs wrote. */
  cache?: string;
}

/** Separates a report, which is untrusted, from the server's pages. */
const REPORT_POLICY = "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline' " +
  "'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src data:";

const HEADERS = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** What is followed as long as the server runs. */
interface Found {
  logs: LiveRuns;
  sweeps: ReturnType<typeof followSweeps>;
}

/** Serves runs as `serveHttp` does. */
export async function serveUi(
  shown: Shown,
  port: number,
  signal: AbortSignal,
  limits?: HttpLimits,
): Promise<{ port: number; finished: Promise<void> }> {
  const logs = followAll(shown.results);
  const found: Found = { logs, sweeps: followSweeps(shown.results) };
  const server = await serveHttp((asked) => secured(shown, found, asked), port, signal, limits);
  return { ...server, finished: server.finished.finally(() => logs[Symbol.dispose]()) };
}

/** The answer, with the headers that every answer has. */
function secured(shown: Shown, found: Found, asked: Asked): Response {
  const rejected = refusal(asked);
  const url = URL.parse(asked.url ?? "", "http://localhost");
  const response = rejected !== null
    ? plain(rejected.text, rejected.status)
    : url === null
    ? plain("This is no address.", 400)
    : answer(shown, found, url);
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  if (!response.headers.has("content-security-policy")) {
    response.headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }
  return response;
}

function answer(shown: Shown, found: Found, { pathname, searchParams }: URL): Response {
  const name = searchParams.get("name");
  if (pathname === "/") return list(shown, found);
  if (pathname === "/compare") return comparison(shown, searchParams.getAll("run"));
  if (pathname === "/events" && name === null) return changes(() => newsNow(shown, found));
  if (name === null) return notFound();
  if (isSweep(name) && ["/run", "/events"].includes(pathname)) return sweep(shown, name, pathname === "/events");
  if (pathname === "/events") return eventsOf(shown, name);
  if (pathname === "/run") return runPage(shown, name, searchParams.has("last"));
  return pathname === "/report" ? report(shown, name) : notFound();
}

function list({ pipeline, seeds, results, cache }: Shown, { logs, sweeps }: Found): Response {
  const figures = pipeline.figures.filter(({ shownIn }) => shownIn?.includes("ui"));
  const runs = listedRuns(pipeline, results, logs, cache);
  const columns = listColumns(runs, figures, seeds);
  const body = listBody(runs, columns, listNames(runs, seeds), newsOf(results, logs).finished, sweeps());
  return page("Runs", body, runsScript);
}

function newsNow({ results }: Shown, { logs, sweeps }: Found): ListNews {
  const news = newsOf(results, logs);
  return { ...news, live: [...news.live, ...sweepNews(sweeps())] };
}

/** The page of a sweep, or its changes. */
function sweep({ results }: Shown, name: string, isLive: boolean): Response {
  if (folderOf(results, name) === null) return notFound();
  const state = followSweep(results, name);
  if (!isLive) return page(name, runBody(name, state().content), runScript);
  return changes(() => {
    const { status, content } = state();
    return { status, html: content.text };
  });
}

/** A run in progress; a finished one is shown by its report, unless its last, unfinished run is wanted. */
function runPage({ pipeline, results }: Shown, name: string, isLast: boolean): Response {
  const run = runInProgress(results, name, figuresOf(pipeline));
  const isFinished = hasReport(results, name);
  if (run !== null && (run.status === "running" || isLast || !isFinished)) {
    return page(name, runBody(name, sectionsOf(pipeline, run)), runScript);
  }
  if (!isFinished) return notFound();
  return new Response(null, { status: 302, headers: { location: `/report?name=${encodeURIComponent(name)}` } });
}

function eventsOf({ pipeline, results }: Shown, name: string): Response {
  const folder = folderOf(results, name);
  const names = figuresOf(pipeline);
  const before = runInProgress(results, name, names);
  if (folder === null || before === null) return notFound();
  const follower = follow(folder, name, names);
  let drawn = { state: "", news: {} };
  return changes(() => {
    const run = follower.run() ?? before;
    // Drawn only if something has changed.
    const state = `${run.lines} ${run.status} ${run.title}`;
    if (state !== drawn.state) drawn = { state, news: { status: run.status, html: sectionsOf(pipeline, run).text } };
    return drawn.news;
  }, () => follower[Symbol.dispose]());
}

function figuresOf({ figures }: Pipeline): string[] {
  return figures.map(({ name }) => name);
}

function sectionsOf(pipeline: Pipeline, run: FollowedRun): Html {
  return liveSections(pipeline, run, runOfFigures(pipeline, run, run.epochs, run.figures));
}

function comparison({ pipeline, seeds, results, cache }: Shown, names: readonly string[]): Response {
  const runs = runsIn(results, names, writtenIn(cache));
  if (runs.length === 0) return notFound();
  const terms = termsOf(pipeline.figures, seeds);
  const data = comparisonReport(compareRuns(runs, terms), runs, terms);
  const back = markup`<nav aria-label="Runs"><p><a href="/">All runs</a></p></nav>`;
  return page(data.title, framed(markup`${back}${comparisonContent(data)}`), comparisonScript);
}

function report({ results }: Shown, name: string): Response {
  const found = reportOf(results, name);
  if (typeof found !== "string") return html(found, REPORT_POLICY);
  return plain(`There is no report of ${visible(name)}: ${found}. Run the experiment again to write it.`, 404);
}

function page(title: string, body: Html, script: string): Response {
  const whole = { title, body, script, served: true };
  return html(documentOf(whole), `${policyOf(whole)}; frame-ancestors 'none'`);
}

function html(body: BodyInit, policy: string): Response {
  const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": policy };
  return new Response(body, { headers });
}

function notFound(): Response {
  return plain("Not found.", 404);
}

function plain(text: string, status: number): Response {
  return new Response(text + "\n", { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}
