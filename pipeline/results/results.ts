/** Writes a run's results: its experiment, exports, charts and page, and the facts of the run. */
import { dirname, join } from "node:path";
import type { ChartDefinition } from "../define/chart.ts";
import { FIXED_FILES, type Pipeline } from "../define/define_pipeline.ts";
import type { Experiment } from "../define/experiment.ts";
import { definedFor, type FinishedRun } from "../define/figure.ts";
import type { CodeReader } from "../engine/keys/code.ts";
import { sourcesOf } from "../engine/keys/request.ts";
import type { Graph } from "../engine/stage/stage_graph.ts";
import { canonicalJson, digestOfBytes, digestOfPlain, type Plain } from "../engine/store/digest.ts";
import type { Store } from "../engine/store/store.ts";
import { encodeJson } from "../formats/json.ts";
import { type Files, holdsFiles, type IsOwn, recover, replaceFolder } from "./folder.ts";
import { manifestOf } from "./manifest.ts";
import { describeRun, readRunJson, type RunFacts } from "./run_json.ts";
import { runTitle } from "./run_title.ts";
import { writeWhole } from "./whole_file.ts";
import { rememberedFiles, rememberFiles } from "./written_files.ts";

const { source } = { source: import.meta.url };
/** The code that makes results of stages, figures, charts and exports; of the receipt of a run, its summary as well. */
const COMBINED_BY = ["results", "finish_run", "summary_rows"].map((name) =>
  new URL(`${name}${source.slice(source.lastIndexOf("."))}`, source).href
);

/** What was done to the folder: written again, or found complete and unchanged. */
export type Written = "written" | "unchanged";

/** The names of all files that a run writes into its results folder. */
export function resultFiles({ charts, exports }: Pipeline, run: FinishedRun) {
  return {
    charts: definedFor(run, charts).map(fileOfChart),
    exports: definedFor(run, exports).map(({ name }) => name),
    others: FIXED_FILES,
  };
}

/** Which files of a results folder are written by runs. */
export function ownFiles({ charts, exports }: Pipeline): IsOwn {
  // The last is the temporary file of a killed process.
  const names = [...FIXED_FILES, ...charts.map(fileOfChart), ...exports.map(({ name }) => name), ".run.json.new"];
  return (name) => names.includes(name);
}

/**
 * The digest of everything that decides an experiment's results, besides its params and the stages' outputs: the code of
 * stages, figures, charts, exports, and of what combines them.
 */
export function reportDigest(pipeline: Pipeline, graph: Graph, experiment: Experiment, code: CodeReader): string {
  const shown: { source: string }[] = [...pipeline.figures, ...pipeline.charts, ...pipeline.exports];
  const run = { graph, params: experiment.pipeline, library: pipeline };
  const stages = graph.flatMap((wired) => sourcesOf(run, wired));
  const { digest } = code.digest([...new Set([...COMBINED_BY, ...shown.map(({ source }) => source), ...stages])]);
  // One file can define several, and not all of them may be in the pipeline; of their functions, the code tells.
  const definitions = shown.map(({ source: _, ...fields }) => JSON.parse(JSON.stringify(fields)) as Plain);
  return digestOfPlain({ code: digest, definitions });
}

/**
 * Brings the results folder up to date. If it already holds this run's files, unchanged since they were written as far as
 * the store can tell, it is left alone; only run.json is written again if a stage ran, or the experiment file has moved.
 * @throws ResultsError if the folder cannot be written; its content stays.
 */
export async function writeResults(
  pipeline: Pipeline,
  folder: string,
  run: FinishedRun,
  { store, code }: { store: Store; code: CodeReader },
  facts: RunFacts,
): Promise<Written> {
  const isOwn = ownFiles(pipeline);
  recover(folder, isOwn);
  const report = reportDigest(pipeline, run.graph, run.experiment, code);
  const runJson = (digests: Record<string, string>) => encodeJson(describeRun(run, facts, report, digests));
  const identity: Files = new Map([
    ["experiment.json", encodeJson(run.experiment)],
    ["manifest.json", encodeJson(manifestOf(run.name, run.stages))],
  ]);
  const before = readRunJson(folder);
  const names = Object.values(resultFiles(pipeline, run)).flat().filter((name) => name !== "run.json");
  const own = digestsOf(identity);
  const isWritten = ({ files }: { files: Record<string, string> }) => {
    // Of files that the store does not remember, it has at least the artifacts from which the exports are made.
    const wanted = rememberedFiles(store, report, own) ?? { ...files, ...digestsOf(exportsOf(pipeline, run)) };
    return canonicalJson(files) === canonicalJson({ ...wanted, ...own }) && holdsFiles(folder, files);
  };
  if (before?.report === report && names.every((name) => Object.hasOwn(before.files, name)) && isWritten(before)) {
    if (before.file !== facts.file || run.stages.some(({ action }) => action !== "hit")) {
      const bytes = runJson(before.files);
      writeWhole(join(folder, "run.json"), bytes, "the record of the run", dirname(folder));
    }
    return "unchanged";
  }
  const files = new Map([...identity, ...await derivedFiles(pipeline, run)]);
  const digests = digestsOf(files);
  replaceFolder(folder, files.set("run.json", runJson(digests)), isOwn);
  rememberFiles(store, run, report, digests);
  return "written";
}

/** The bytes of a run's exports: the same for the same run, on every machine. */
export function exportsOf({ exports }: Pipeline, run: FinishedRun): Files {
  return new Map(definedFor(run, exports).map((one) => [one.name, one.write(run)]));
}

async function derivedFiles(pipeline: Pipeline, run: FinishedRun): Promise<Files> {
  // Drawing and the model are loaded only if there is something to write.
  const { drawPicture } = await import("../charts/png/draw_picture.ts");
  const { reportPage } = await import("../pages/report_page.ts");
  const { carriedModel } = await import("./carried_model.ts");
  const exports = exportsOf(pipeline, run);
  const charts = definedFor(run, pipeline.charts).map((chart) => ({ ...chart, marks: chart.draw(run) }));
  const files = new Map(exports);
  const title = runTitle(pipeline, run.experiment);
  const parts = { title, figures: pipeline.figures, charts, files: digestsOf(exports), model: carriedModel(run) };
  files.set("report.html", reportPage(run, parts));
  for (const chart of charts) {
    files.set(fileOfChart(chart), await drawPicture({ ...chart, title: `${chart.title}: ${run.name}` }));
  }
  return files;
}

function fileOfChart({ name, picture }: ChartDefinition): string {
  return `${name}.${picture}`;
}

function digestsOf(files: Files): Record<string, string> {
  return Object.fromEntries([...files].map(([name, bytes]) => [name, digestOfBytes(bytes)]));
}
