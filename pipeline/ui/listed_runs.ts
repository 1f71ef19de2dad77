/** The runs in a results folder, finished ones and those in progress, as the ui lists them: rows and columns. */
import { join } from "node:path";
import { figuresOf } from "../compare/compared_figures.ts";
import { type FoundRun, storedIn, type UnreadableRun } from "../compare/stored_runs.ts";
import type { StoredRun } from "../compare/compare_runs.ts";
import { differingPaths, type Params, paramsOf, shortPaths, spelling } from "../compare/flat_params.ts";
import type { Experiment } from "../define/experiment.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { Store } from "../engine/store/store.ts";
import { type ListColumn, type ListedRun, type ListNews, stateCell } from "../pages/ui_pages.ts";
import { type WrittenFiles, writtenFiles } from "../results/written_files.ts";
import { isRunFolder, MAX_SHOWN_BYTES, namesIn, readFile, statusIn, unreadableBecause } from "../results/folder.ts";
import { isSweep } from "../sweeps/read_sweep.ts";
import { runTitle } from "../results/run_title.ts";
import { attempt } from "../results/unfinished_run.ts";
import { type LiveRuns, runOfRemains, timeOf } from "./live_runs.ts";
import { type FollowedRun } from "./live_state.ts";
import { briefNames } from "../compare/labels.ts";
import { type FigureDefinition, headingOf } from "../define/figure.ts";
import { figureText } from "../text/numbers.ts";
import { paramText } from "../text/param_text.ts";

/** A longer title is cut: it may be that of an untrusted run. */
const MAX_TITLE = 500;
const MAX_REASON = 48;
const REPORT = "report.html";

/** All runs, those in progress first. A run that cannot be read is a row that says why. */
export function listedRuns(pipeline: Pipeline, results: string, logs: LiveRuns, cache?: string): ListedRun[] {
  const live = new Map(logs.states().map((run) => [run.name, run]));
  const stored = storedIn(results, null, writtenIn(cache)).map((run): ListedRun => {
    const now = live.get(run.name);
    live.delete(run.name);
    return { ...storedRow(pipeline, run), ...(now === undefined ? {} : stateOf(now, !("problem" in run))) };
  });
  const fresh = [...live.values()].map((run): ListedRun => {
    return {
      ...stateOf(run, false),
      title: run.title,
      params: paramsOf(run.experiment as unknown as StoredRun["experiment"]),
      figures: null,
    };
  });
  const rank = ({ status }: ListedRun) => Number(status === "finished");
  return [...fresh, ...stored.sort((a, b) => rank(a) - rank(b))];
}

/** What a cache remembers of the files that runs wrote. */
export function writtenIn(cache: string | undefined): WrittenFiles | undefined {
  return cache === undefined ? undefined : writtenFiles(new Store(cache));
}

/** What has changed since the list was sent. */
export function newsOf(results: string, logs: LiveRuns): ListNews {
  const live = logs.states().map((run) => ({
    name: run.name,
    state: stateCell(stateOf(run, statusIn(results, join(results, run.name, "metrics.json")) !== null)).text,
  }));
  // A folder is replaced when its run has finished, which changes its time.
  const folders = namesIn(results).filter((entry) => !entry.startsWith("."));
  // The folder of a sweep changes with every trial.
  const ofRuns = folders.filter((entry) => !isSweep(entry));
  const last = ofRuns.reduce((last, entry) => Math.max(last, timeOf(results, join(results, entry))), 0);
  return { live, finished: `${folders.length} ${last}` };
}

/** The folder of a run in the list, or null: names are compared with the existing ones, never made into paths. */
export function folderOf(results: string, name: string): string | null {
  const names = namesIn(results).map((entry) => runOfRemains(entry) ?? entry);
  return names.includes(name) ? join(results, name) : null;
}

/** A run's report, or why there is none to show: a clause. Links are not followed. */
export function reportOf(results: string, name: string): Uint8Array<ArrayBuffer> | string {
  const folder = folderOf(results, name);
  if (folder === null) return "there is no such run";
  return readFile(folder, REPORT, MAX_SHOWN_BYTES) ??
    `its ${REPORT} ${isRunFolder(folder) ? unreadableBecause(folder, REPORT, MAX_SHOWN_BYTES) : "is missing"}`;
}

/** Whether a run has a report, which may be damaged. */
export function hasReport(results: string, name: string): boolean {
  const folder = folderOf(results, name);
  return folder !== null && statusIn(results, join(folder, REPORT)) !== null;
}

function storedRow(pipeline: Pipeline, run: FoundRun | UnreadableRun): ListedRun {
  const { name } = run;
  if ("problem" in run) return { name, status: "damaged", note: run.problem, title: "", figures: null };
  // The pipeline may not understand the params of an untrusted run.
  const title = attempt(() => runTitle(pipeline, run.experiment as unknown as Experiment)) ?? "";
  const figures = Object.fromEntries(figuresOf(run.metrics));
  const note = run.edited.length > 0 ? "edited since" : "";
  const params = paramsOf(run.experiment);
  return { name, status: "finished", note, title: title.slice(0, MAX_TITLE), params, figures };
}

/** What happened later to a run with results does not hide them. */
function stateOf(run: FollowedRun, hasResults: boolean): Pick<ListedRun, "name" | "status" | "note" | "later"> {
  const { name, status, stage, epoch, epochs, reason } = run;
  if (status === "damaged") return { name, status, note: reason ?? "" };
  // The whole reason is on the run's page.
  const cause = reason !== null && reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason;
  const note = [stage === null ? null : `${stage} ${epoch} of ${epochs}`, cause].filter((one) => one !== null).join(
    ": ",
  );
  return hasResults && status !== "running"
    ? { name, status: "finished", note, later: status }
    : { name, status, note };
}

/** What stands for the names of runs where they are long; `seeds` are the paths of the pipeline's seeds. */
export function listNames(runs: readonly ListedRun[], seeds: readonly string[]): Map<string, string> {
  return briefNames(runs.map((run) => ({ name: run.name, params: paramsIn(run) })), seeds);
}

/** The columns for these runs. */
export function listColumns(
  runs: readonly ListedRun[],
  figures: readonly FigureDefinition[],
  seeds: readonly string[],
): ListColumn[] {
  const all = runs.map(paramsIn);
  const paths = differingPaths(all, seeds);
  const titles = shortPaths(paths);
  const finished = runs.filter(({ figures }) => figures !== null);
  return [
    ...figures.filter(({ name }) =>
      finished.length === 0 || finished.some(({ figures }) => Object.hasOwn(figures!, name))
    )
      .flatMap((figure) => figureColumns(figure, runs)),
    ...paths.map((path): ListColumn => {
      const texts = all.map((params) => params.has(path) ? paramText(params.get(path)) : "");
      return { title: titles.get(path)!, kind: "text", texts };
    }),
  ];
}

/** A figure's column; one per unit where the runs have it in several: a summed loss is no larger than a mean one. */
function figureColumns(figure: FigureDefinition, runs: readonly ListedRun[]): ListColumn[] {
  const { name, form, dependsOn = [] } = figure;
  const having = runs.filter(({ figures }) => figures !== null && Object.hasOwn(figures, name)).map(paramsIn);
  const paths = dependsOn.filter((path) => new Set(having.map((params) => spelling(params.get(path)))).size > 1);
  const unitOf = (params: Params) =>
    paths.filter((path) => params.has(path)).map((path) => {
      const value = params.get(path);
      return `${typeof value === "number" ? `${path.split(".").at(-1)} ` : ""}${paramText(value)}`;
    }).join(", ");
  const units = [...new Set(having.map(unitOf))].sort();
  // Without runs that have it, there is still a column.
  return (units.length === 0 ? [""] : units).map((unit) => ({
    title: headingOf(figure) + (unit === "" ? "" : ` (${unit})`),
    kind: "figure",
    texts: runs.map((run) =>
      paths.length > 0 && unitOf(paramsIn(run)) !== unit ? "" : figureText(run.figures?.[name], form)
    ),
  }));
}

function paramsIn({ params }: ListedRun): Params {
  return (params ?? new Map()) as Params;
}
