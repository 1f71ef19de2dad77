/** Writes a run's results: figures, tables, weights, pictures, and what happened. */
import type { CodeReader } from "../engine/keys/code.ts";
import type { Experiment } from "../experiment/schema.ts";
import { digestOfBytes } from "../engine/store/digest.ts";
import { decodeJson, encodeJson } from "../formats/json.ts";
import type { Store } from "../engine/store/store.ts";
import { predictionsOf, tableFiles } from "./table_files.ts";
import { type Files, holdsFiles, readFile, recover, replaceFile, replaceFolder } from "./folder.ts";
import { imagesOf } from "./images.ts";
import { manifestOf } from "./manifest.ts";
import { PICTURE_NAMES, pictureNames } from "./picture_names.ts";
import { describeRun, type RunFacts, type RunJson } from "./run_json.ts";
import { outputOfRun, type Summary } from "./summary.ts";

/** What is in every results folder, beside pictures and run.json. */
const TABLES = [
  "experiment.json",
  "manifest.json",
  "metrics.json",
  "history.csv",
  "predictions.csv",
  "weights.safetensors",
  "normalize.npy",
  "report.html",
];

/** All that a run of this experiment writes into its results folder. */
export function resultFiles({ pipeline }: Experiment): string[] {
  return [...TABLES, ...pictureNames(pipeline.train.model), "run.json"];
}

/** What was done to the folder: written anew, or found complete as it was. */
export type Written = "written" | "unchanged";

/** Digest of the code that writes results. */
export function reportCode(code: CodeReader): string {
  return code.digest(import.meta.url).digest;
}

/** The files of that code. */
export function reportFiles(code: CodeReader): string[] {
  return code.filesOf(import.meta.url);
}

/**
 * Brings the results folder up to date. When it already holds this run's files, unchanged, it is left alone; only if a
 * stage ran all the same, run.json tells of it.
 * @throws ResultsError when the folder cannot be written; what was in it stays.
 */
export async function writeResults(
  folder: string,
  summary: Summary,
  store: Store,
  code: CodeReader,
  facts: RunFacts,
): Promise<Written> {
  recover(folder, isOwn);
  const report = reportCode(code);
  const fixed = fixedFiles(summary);
  const before = readRunJson(folder);
  if (
    before !== null && before.report === report && isComplete(before.files, summary) && includes(before.files, fixed) &&
    holdsFiles(folder, before.files)
  ) {
    if (summary.stages.some(({ action }) => action !== "hit")) {
      replaceFile(folder, "run.json", encodeJson(describeRun(summary, facts, report, before.files)));
    }
    return "unchanged";
  }
  const files = new Map([...fixed, ...await derivedFiles(summary, store)]);
  const digests = digestsOf(files);
  files.set("run.json", encodeJson(describeRun(summary, facts, report, digests)));
  replaceFolder(folder, files, isOwn);
  return "written";
}

/** The files that say which run this is: where they are the same, all others are. */
function fixedFiles(summary: Summary): Map<string, Uint8Array<ArrayBuffer>> {
  return new Map([
    ["experiment.json", encodeJson(summary.experiment)],
    ["manifest.json", encodeJson(manifestOf(summary.runName, summary.stages))],
  ]);
}

async function derivedFiles(summary: Summary, store: Store): Promise<Files> {
  const predictions = predictionsOf(summary, store);
  // Drawing needs a canvas and a chart library: they are loaded only when there is something to draw.
  const { drawPictures } = await import("./pictures.ts");
  const { runPage } = await import("./run_page.ts");
  const images = imagesOf(summary, store);
  const tables = new Map([
    ...tableFiles(summary, store, predictions),
    ["normalize.npy", outputOfRun(summary, store, "normalize", "table").bytes()],
  ]);
  return new Map([
    ...tables,
    ["report.html", runPage(summary, predictions, images, store, digestsOf(tables))],
    ...await drawPictures(summary, predictions, images, store),
  ]);
}

function digestsOf(files: Files): Record<string, string> {
  return Object.fromEntries([...files].map(([name, bytes]) => [name, digestOfBytes(bytes)]));
}

/** Temporary names of a killed process count as own: they start with a dot. */
function isOwn(name: string): boolean {
  return name === "run.json" || name.startsWith(".") || TABLES.includes(name) || PICTURE_NAMES.includes(name);
}

function isComplete(digests: Readonly<Record<string, string>>, { experiment }: Summary): boolean {
  return resultFiles(experiment).every((name) => name === "run.json" || Object.hasOwn(digests, name));
}

function includes(digests: Readonly<Record<string, string>>, files: Files): boolean {
  return [...files].every(([name, bytes]) => digests[name] === digestOfBytes(bytes));
}

function readRunJson(folder: string): RunJson | null {
  const bytes = readFile(folder, "run.json");
  if (bytes === null) return null;
  try {
    const run = decodeJson<RunJson>(bytes);
    return typeof run.files === "object" && run.files !== null ? run : null;
  } catch {
    return null;
  }
}
