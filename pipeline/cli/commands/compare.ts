/** `compare`: finished runs beside each other. */
import { UsageError } from "../../engine/run_errors.ts";
import { compareRuns, type Comparison } from "../../compare/compare_runs.ts";
import { type Assertion, checkAssertion } from "../../compare/assertion.ts";
import { findRuns, type FoundRun } from "../../compare/find_runs.ts";
import { comparisonCsv, comparisonMarkdown } from "../compare_files.ts";
import { comparisonText } from "../compare_text.ts";
import { FAILED } from "../failure.ts";
import { mustMayWrite } from "../may_write.ts";
import { readOptions } from "../options.ts";
import { complain, dim, green, print, red, yellow } from "../terminal.ts";

const HELP = `Compare finished runs: the params that differ, the figures, and whether one is better than another.

  deno task compare RUN|CONFIG|GLOB… [options]

  RUN                  a run's name or its folder: two-layer, results/two-layer@seed=7
  CONFIG               an experiment file: its run in results/ and those of its other seeds (NAME@seed=…)
  GLOB                 all runs or files that fit, quoted or not: 'results/two-layer*', 'experiments/*.json'
  --metric NAME        show this figure of metrics.json, as in --metric accuracy --metric best.epoch
  --sort NAME          sort by a figure, best first, or by a param; --sort=-NAME for the other way round
  --filter CONDITION   only runs of which this holds: --filter 'train.optimizer.lr<0.01' --filter 'accuracy>=90%'
  --baseline NAME      test the others against this experiment (default: the first)
  --assert CONDITION   exit with 1 unless this holds: --assert 'two-layer.accuracy > linear-mean.accuracy'
  --each               a row for every run below its experiment
  --format FORMAT      table, csv (a row a run), md or json (default: table); --json is --format json
  --charts DIR         draw loss.png and accuracy.png into DIR: deno task compare:charts RUN… --charts DIR
  --results DIR        where the results are (default: results)
  --data DIR           a folder outside of a CONFIG's and the current one that it may read; may be given again

Runs of one experiment that differ only in their seeds are one row: mean ± half of the 95 % interval (Student's t).
Experiments are tested over the seeds that both have (paired t test). A figure in a condition is the mean over the seeds.
Conditions have >, >=, <, <=, == or !=. An end of a param's path will do: lr. Names with such characters go in "quotes".

Exit code: 0 done, 1 an assertion does not hold or a run is not there, 2 wrong use.`;

const SPEC = {
  command: "compare",
  values: ["results", "format", "sort", "baseline", "charts"],
  lists: ["metric", "filter", "assert", "data"],
  switches: ["json", "each"],
};

const FORMATS = ["table", "csv", "md", "json"];

/** The command. */
export async function compare(args: string[]): Promise<number> {
  const { values, lists, switches, rest } = readOptions(args, SPEC);
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  if (rest.length === 0) {
    throw new UsageError("compare takes runs or experiment files, as in deno task compare linear-sgd two-layer.");
  }
  const format = formatOf(values.format, switches.has("json"));
  if (values.charts !== undefined) mustBeAllowedToWrite(values.charts);
  const { runs, warnings } = await findRuns(rest, values.results ?? "results", lists.data);
  warn(warnings);
  const metrics = lists.metric.length > 0 ? lists.metric : undefined;
  const { sort, baseline } = values;
  const comparison = compareRuns(runs, { metrics, sort, baseline, filters: lists.filter });
  // All of them are read before anything is printed: a mistake in the last is wrong use as well.
  const assertions = lists.assert.map((text) => checkAssertion(text, comparison));
  const each = switches.has("each") ? true : undefined;
  print(inFormat(format, comparison, assertions, { each, tested: metrics }));
  if (values.charts !== undefined) await drawCharts(comparison, runs, values.charts, format);
  return tellAssertions(assertions, format);
}

async function drawCharts(comparison: Comparison, runs: readonly FoundRun[], folder: string, format: string) {
  const { writeCharts } = await import("../../compare/compare_charts.ts");
  const { files, warnings } = await writeCharts(comparison, runs, folder);
  warn(warnings);
  if (format === "table") print(`${dim("charts")}  ${files.join("  ")}`);
}

/** Comparing needs no more than reading; what draws and writes is a task of its own, which may write here. */
function mustBeAllowedToWrite(folder: string): void {
  const mayWrite = (path: string) => Deno.permissions.querySync({ name: "write", path }).state === "granted";
  if (mayWrite(Deno.cwd())) return mustMayWrite("compare:charts", [folder]);
  if (mayWrite(folder)) return;
  throw new UsageError(
    `compare may only read. Charts are drawn by a task that may write: deno task compare:charts … --charts ${folder}.`,
  );
}

function warn(warnings: readonly string[]): void {
  for (const warning of warnings) complain(`${yellow("warning:")} ${warning}`);
}

function formatOf(format: string | undefined, json: boolean): string {
  if (format === undefined) return json ? "json" : "table";
  if (json && format !== "json") throw new UsageError(`--json and --format ${format} exclude each other.`);
  if (FORMATS.includes(format)) return format;
  throw new UsageError(`--format takes one of ${FORMATS.join(", ")}, but was given ${JSON.stringify(format)}.`);
}

function inFormat(
  format: string,
  comparison: Comparison,
  assertions: readonly Assertion[],
  { each, tested = ["accuracy"] }: { each?: boolean; tested?: readonly string[] },
): string {
  switch (format) {
    case "json":
      return JSON.stringify({ ...comparison, assertions });
    case "csv":
      return comparisonCsv(comparison);
    case "md":
      return comparisonMarkdown(comparison, each ?? false, tested);
    default:
      return comparisonText(comparison, { each, tested });
  }
}

/** Says which assertions hold, where only people read it, and which do not, in any case. */
function tellAssertions(assertions: readonly Assertion[], format: string): number {
  for (const { text, holds, left, right } of assertions) {
    const values = `${left ?? "no value"} and ${right ?? "no value"}`;
    if (!holds) complain(`${red("assertion failed:")} ${text} (${values})`);
    else if (format === "table") print(`${green("holds:")} ${text} (${values})`);
  }
  return assertions.every(({ holds }) => holds) ? 0 : FAILED;
}
