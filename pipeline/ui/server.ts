/** The server of `deno task ui`: on this machine only, reads only, and only what is in the results folder. */
import comparisonScript from "../pages/built/comparison.js" with { type: "text" };
import runScript from "../pages/built/run.js" with { type: "text" };
import runsScript from "../pages/built/runs.js" with { type: "text" };
import { comparisonBody } from "../pages/comparison_page.ts";
import { type Html, html } from "../pages/markup.ts";
import { documentOf, policyOf } from "../pages/shell.ts";
import style from "../pages/style.css" with { type: "text" };
import { listBody, runBody } from "../pages/ui_pages.ts";
import { compareRuns } from "../compare/compare_runs.ts";
import { comparisonData } from "../compare/comparison_data.ts";
import { runsIn } from "../compare/find_runs.ts";
import { hashForPolicy } from "../results/run_page.ts";
import { refusal } from "./guard.ts";
import { follow } from "./live_state.ts";
import { folderOf, listedRuns, newsOf, reportOf, stateOfRun } from "./listed_runs.ts";
import { changes } from "./stream.ts";

/** A running server. */
export interface Ui {
  port: number;
  /** Settles when the server has ended. */
  finished: Promise<void>;
}

/** A report's own policy is stricter; this one puts it apart from the server's pages, whoever wrote it. */
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

/**
 * Serves the runs in `results` on 127.0.0.1; port 0 takes any that is free. `signal` ends it.
 * @throws Deno.errors.AddrInUse when the port is taken.
 */
export function serveUi(results: string, port: number, signal: AbortSignal): Ui {
  const server = Deno.serve({ hostname: "127.0.0.1", port, signal, onListen() {} }, (request) => {
    const refused = refusal(request, server.addr.port);
    const response = refused === null ? answer(results, new URL(request.url)) : plain(refused.text, refused.status);
    for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
    if (!response.headers.has("content-security-policy")) {
      response.headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
    }
    return response;
  });
  return { port: server.addr.port, finished: server.finished };
}

function answer(results: string, { pathname, searchParams }: URL): Response {
  const name = searchParams.get("name");
  if (pathname === "/") return page("Runs", listBody(listedRuns(results), newsOf(results).finished), runsScript);
  if (pathname === "/compare") return comparison(results, searchParams.getAll("run"));
  if (pathname === "/events" && name === null) return changes(() => newsOf(results));
  if (name === null) return notFound();
  if (pathname === "/events") return eventsOf(results, name);
  if (pathname === "/run") return runPage(results, name);
  if (pathname === "/report") return report(results, name);
  return notFound();
}

function runPage(results: string, name: string): Response {
  const state = stateOfRun(results, name);
  return state === null ? notFound() : page(name, runBody(state, reportOf(results, name) !== null), runScript);
}

function eventsOf(results: string, name: string): Response {
  const folder = folderOf(results, name);
  const before = stateOfRun(results, name);
  if (folder === null || before === null) return notFound();
  const follower = follow(folder, name);
  return changes(() => follower.state() ?? before, () => follower[Symbol.dispose]());
}

function comparison(results: string, names: readonly string[]): Response {
  const runs = runsIn(results).filter((run) => names.includes(run.name));
  if (runs.length === 0) return notFound();
  const data = comparisonData(compareRuns(runs), runs);
  return page(
    data.title,
    html`
      <nav aria-label="Runs">
        <p><a href="/">All runs</a></p>
      </nav>${comparisonBody(data)}
    `,
    comparisonScript,
  );
}

function report(results: string, name: string): Response {
  const bytes = reportOf(results, name);
  if (bytes === null) return notFound();
  return new Response(bytes, {
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": REPORT_POLICY },
  });
}

function page(title: string, body: Html, script: string): Response {
  const whole = { title: `${title} · Retrace`, body, style, script, data: null, served: true, hash: hashForPolicy };
  return new Response(documentOf(whole), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `${policyOf(whole)}; frame-ancestors 'none'`,
    },
  });
}

function notFound(): Response {
  return plain("There is nothing of this name.", 404);
}

function plain(text: string, status: number): Response {
  return new Response(text + "\n", { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}
