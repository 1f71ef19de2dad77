/** Writes a run's results: its experiment, exports, charts and page, and what happened. */
import { join } from "node:path";
import type { ChartDefinition } from "../define/chart.ts";
import type { Experiment } from "../define/experiment.ts";
import type { FinishedRun } from "../define/finished_run.ts";
import type { Pipeline } from "../define/pipeline.ts";
import type { CodeReader } from "../engine/keys/code.ts";
import { sourcesOf } from "../engine/keys/request.ts";
import type { Graph } from "../engine/stage/graph.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import { encodeJson } from "../formats/json.ts";
import { type Files, holdsFiles, recover, replaceFolder } from "./folder.ts";
import { manifestOf } from "./manifest.ts";
import { describeRun, readRunJson, type RunFacts } from "./run_json.ts";
import { runTitle } from "./run_title.ts";
import { writeWhole } from "./whole_file.ts";

/** The files that say which run a folder holds, what happened, and the run's page. */
const FIXED = ["experiment.json", "manifest.json", "report.html", "run.json"];

/** What was done to the folder: written anew, or found complete as it was. */
export type Written = "written" | "unchanged";

/** The names of all files that a run writes into its results folder. */
export function resultFiles({ charts, exports }: Pipeline, run: FinishedRun) {
  return {
    charts: had(charts, run).map(fileOfChart),
    exports: had(exports, run).map(({ name }) => name),
    others: FIXED,
  };
}

/**
 * The files whose code decides what the results of an experiment look like: this one's, and those of all figures, charts
 * and exports, and of the definitions that the experiment names.
 */
export function reportSources(pipeline: Pipeline, graph: Graph, { pipeline: params }: Experiment): string[] {
  const { figures, charts, exports } = pipeline;
  const run = { graph, params, library: pipeline };
  const named = graph.flatMap((wired) => sourcesOf(run, wired).filter((source) => source !== wired.stage.source));
  return [...new Set([import.meta.url, ...[...figures, ...charts, ...exports].map(({ source }) => source), ...named])];
}

/**
 * Brings the results folder up to date. When it already holds this run's files, unchanged, it is left alone; if a stage
 * ran all the same, only run.json is written anew.
 * @throws ResultsError when the folder cannot be written; what was in it stays.
 */
export async function writeResults(
  pipeline: Pipeline,
  folder: string,
  run: FinishedRun,
  code: CodeReader,
  facts: RunFacts,
): Promise<Written> {
  const isOwn = (name: string) => isOwnFile(pipeline, name);
  recover(folder, isOwn);
  const report = code.digest(reportSources(pipeline, run.graph, run.experiment)).digest;
  const identity: Files = new Map([
    ["experiment.json", encodeJson(run.experiment)],
    ["manifest.json", encodeJson(manifestOf(run.name, run.stages))],
  ]);
  const before = readRunJson(folder);
  if (
    before?.report === report && isWhole(before.files, Object.values(resultFiles(pipeline, run)).flat(), identity) &&
    holdsFiles(folder, before.files)
  ) {
    if (run.stages.some(({ action }) => action !== "hit")) {
      writeWhole(
        join(folder, "run.json"),
        encodeJson(describeRun(run, facts, report, before.files)),
        "the record of the run",
      );
    }
    return "unchanged";
  }
  const files = new Map([...identity, ...await derivedFiles(pipeline, run)]);
  files.set("run.json", encodeJson(describeRun(run, facts, report, digestsOf(files))));
  replaceFolder(folder, files, isOwn);
  return "written";
}

/** The bytes of a run's exports: the same for the same run, on every machine. */
export function exportsOf({ exports }: Pipeline, run: FinishedRun): Files {
  return new Map(had(exports, run).map((one) => [one.name, one.write(run)]));
}

async function derivedFiles(pipeline: Pipeline, run: FinishedRun): Promise<Files> {
  // What draws and what carries the model are loaded only when there is something to write.
  const { drawPicture } = await import("../charts/draw_picture.ts");
  const { reportPage } = await import("../pages/report_page.ts");
  const { carriedModel } = await import("./carried_model.ts");
  const exports = exportsOf(pipeline, run);
  const charts = had(pipeline.charts, run).map((chart) => ({ ...chart, marks: chart.draw(run) }));
  const files = new Map(exports);
  const title = runTitle(pipeline, run.experiment);
  files.set("report.html", reportPage(run, { title, charts, files: digestsOf(exports), model: carriedModel(run) }));
  for (const chart of charts) {
    files.set(fileOfChart(chart), await drawPicture({ ...chart, title: `${chart.title}: ${run.name}` }));
  }
  return files;
}

/** The charts, or the exports, that a run has. */
function had<D extends { when?(run: FinishedRun): boolean }>(definitions: readonly D[], run: FinishedRun): D[] {
  return definitions.filter((one) => one.when?.(run) ?? true);
}

function fileOfChart({ name, picture }: ChartDefinition): string {
  return `${name}.${picture}`;
}

function digestsOf(files: Files): Record<string, string> {
  return Object.fromEntries([...files].map(([name, bytes]) => [name, digestOfBytes(bytes)]));
}

/** Whether a run wrote the file, now or with other params. Temporary files of a killed process start with a dot. */
function isOwnFile({ charts, exports }: Pipeline, name: string): boolean {
  return name.startsWith(".") || FIXED.includes(name) || exports.some((one) => one.name === name) ||
    charts.some((chart) => fileOfChart(chart) === name);
}

/** Whether these are the digests of all files of the run that `identity` tells. */
function isWhole(digests: Readonly<Record<string, string>>, names: readonly string[], identity: Files): boolean {
  return names.every((name) => name === "run.json" || Object.hasOwn(digests, name)) &&
    [...identity].every(([name, bytes]) => digests[name] === digestOfBytes(bytes));
}
