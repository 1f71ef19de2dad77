/** `compare`: a table of finished runs. */
import { basename, join } from "node:path";
import { loadExperiment } from "../config/load.ts";
import { ResultsError, UsageError } from "../errors.ts";
import { compareRuns, type Comparison, type FinishedRun } from "../report/compare.ts";
import { figureText, percentText } from "./format.ts";
import { readOptions } from "./options.ts";
import { type Align, bold, dim, print, tableText } from "./terminal.ts";

const HELP = `Compare finished runs: the params that differ, and the figures.

  deno task compare RUN|CONFIG… [options]

  RUN             a run's name or its folder: two-layer, results/two-layer@seed=7
  CONFIG          an experiment file; its run in results/ is meant
  --results DIR   where the results are (default: results)
  --json          print the comparison as JSON

Runs that differ only in their seeds are summed up by mean and standard deviation.`;

/** The command. */
export function compare(args: string[]): Promise<number> {
  const { values, switches, rest } = readOptions(args, {
    command: "compare",
    values: ["results"],
    switches: ["json"],
  });
  if (switches.has("help")) {
    print(HELP);
    return Promise.resolve(0);
  }
  if (rest.length === 0) {
    throw new UsageError("compare takes runs or experiment files, as in deno task compare linear-sgd two-layer.");
  }
  const results = values.results ?? "results";
  const comparison = compareRuns([...new Set(rest)].map((name) => readRun(name, results)));
  print(switches.has("json") ? JSON.stringify(comparison) : comparisonText(comparison));
  return Promise.resolve(0);
}

/** A comparison as a table, a row a run. */
export function comparisonText({ params, rows, groups }: Comparison): string {
  const metricHead = [
    "accuracy",
    "correct",
    "mean of batches",
    "test loss",
    "train loss",
    "clamped",
    "classes",
    "epochs",
  ];
  const paramColumns = params.filter((path) => path !== "train.epochs");
  const align: Align[] = ["left", ...paramColumns.map((): Align => "left"), ...metricHead.map((): Align => "right")];
  const lines = rows.map(({ run, params, metrics }) => [
    run,
    ...paramColumns.map((path) => paramText(params[path])),
    percentOrDash(metrics.accuracy),
    figureText(metrics.correct),
    percentOrDash(metrics.mean_batch_accuracy),
    figureText(metrics.loss),
    figureText(metrics.train_loss),
    percentOrDash(metrics.train_clamped),
    figureText(metrics.classes_predicted),
    figureText(metrics.epochs),
  ]);
  const table = tableText([["run", ...paramColumns, ...metricHead].map(bold), ...lines], align);
  const sums = groups.map(({ runs, mean, std }) =>
    dim(
      `${runs.length} seeds of ${runs[0].split("@")[0]}: accuracy ${percentText(mean.accuracy)} ± ${
        percentText(std.accuracy)
      }, ` +
        `test loss ${figureText(mean.loss)} ± ${figureText(std.loss)} (mean ± standard deviation)`,
    )
  );
  return [table, ...sums].join("\n");
}

/** Reads a run from its folder. */
function readRun(name: string, results: string): FinishedRun {
  const runName = name.endsWith(".json") ? loadExperiment(name, []).experiment.name : name.replace(/\/+$/, "");
  const candidates = name.endsWith(".json") ? [join(results, runName)] : [join(results, runName), runName];
  for (const folder of candidates) {
    const [experiment, metrics] = [readJson(folder, "experiment.json"), readJson(folder, "metrics.json")];
    if (experiment === null || metrics === null) continue;
    return { name: basename(runName), experiment, metrics } as FinishedRun;
  }
  const run = name.endsWith(".json") ? name : `experiments/${basename(runName).split("@")[0]}.json`;
  throw new ResultsError(
    `There are no results of ${runName}: no experiment.json and metrics.json in ${candidates.join(" or ")}. ` +
      `Run it first: deno task run ${run}.`,
  );
}

function readJson(folder: string, file: string): Record<string, unknown> | null {
  let text: string;
  try {
    text = Deno.readTextFileSync(join(folder, file));
  } catch {
    return null;
  }
  const value = jsonOrNull(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ResultsError(
    `${join(folder, file)} is damaged: it is not a JSON object. Run the experiment again to have it rewritten.`,
  );
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function paramText(value: unknown): string {
  if (value === undefined) return "–";
  if (Array.isArray(value)) return value.join(" → ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function percentOrDash(value: number | null): string {
  return value === null ? "–" : percentText(value);
}
