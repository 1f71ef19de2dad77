/** `compare`: finished runs side by side. */
import { type Assertion, checkAssertion } from "../../compare/assertion.ts";
import { compareRuns, type Comparison } from "../../compare/compare_runs.ts";
import { findRuns } from "../../compare/find_runs.ts";
import { unfinishedData } from "../../compare/unfinished_runs.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { defineCommand } from "../command.ts";
import { comparisonCsv, comparisonMarkdown } from "../comparison_formats.ts";
import { comparisonTerms, comparisonText, type ShownTests, testedFigures } from "../comparison_text.ts";
import { FAILED } from "../failure.ts";
import { flag, oneOf, optional, repeatable } from "../option.ts";
import { DRAWING } from "../permissions.ts";
import { data, json, results, RUN_TERMS } from "../shared_options.ts";
import { dim, green, print, printError, printWarnings, red } from "../terminal.ts";

const FORMATS = {
  table: comparisonText,
  csv: comparisonCsv,
  md: comparisonMarkdown,
  json: (comparison: Comparison, { unfinished = [] }: ShownTests, assertions: readonly Assertion[]) =>
    JSON.stringify({ ...comparison, unfinished: unfinished.map(unfinishedData), assertions }),
};

export const command = defineCommand({
  name: "compare",
  about: "Compare finished runs, and test whether one is better",
  args: "RUN…",
  terms: RUN_TERMS,
  example: "linear-sgd two-layer",
  options: {
    metric: repeatable("NAME", "show this figure of metrics.json: accuracy, best.epoch"),
    sort: optional("NAME", "sort by a figure, best first, or by a param; --sort=-NAME reverses the order"),
    filter: repeatable("CONDITION", "only runs that satisfy it: 'train.optimizer.lr<0.01', 'accuracy>=90%'"),
    baseline: optional("NAME", "test the others against this experiment (default: the first)"),
    assert: repeatable("CONDITION", "exit with 1 unless it holds: 'two-layer.accuracy > linear-mean.accuracy'"),
    each: flag("one row per run, below its experiment"),
    format: optional("FORMAT", "table, csv (one row per run), md or json", oneOf("table", "csv", "md", "json")),
    json,
    charts: optional("DIR", "draw the curves into a folder"),
    results,
    data,
  },
  details:
    "Runs of one experiment that differ only in their seeds are one row: mean ± half of the 95 % confidence interval " +
    "(Student's t). Experiments are tested over the seeds that both have (paired t test). In conditions, a figure is the mean " +
    "over the seeds, and the operators are >, >=, <, <=, == and !=. The end of a param's path is enough: lr. A name that " +
    'contains an operator goes in "quotes".',
  exitCodes: { 1: "an assertion does not hold, or a run is missing" },
  common: true,
  may: ({ options: { charts } }) => charts === undefined ? { read: true } : { ...DRAWING, read: true, write: [charts] },
  async run({ pipeline, args, options }) {
    const { charts, results, data, sort, baseline, filter: filters } = options;
    const format = options.format ?? (options.json ? "json" : "table");
    if (options.json && format !== "json") throw new UsageError(`--json and --format ${format} exclude each other.`);
    const terms = await comparisonTerms(pipeline);
    const { runs, unfinished, warnings } = findRuns(args, { pipeline, results, data });
    printWarnings(warnings);
    const metrics = options.metric.length > 0 ? options.metric : undefined;
    const comparison = compareRuns(runs, terms, { metrics, sort, baseline, filters });
    // All are checked before anything is printed: a mistake in the last one is a usage error as well.
    const assertions = options.assert.map((text) => checkAssertion(text, comparison));
    // What it would be selected by is not known of a run without results.
    const left = filters.length > 0 ? [] : unfinished;
    const shown = { each: options.each || undefined, tested: metrics ?? testedFigures(comparison), unfinished: left };
    print(FORMATS[format](comparison, shown, assertions));
    if (charts !== undefined) {
      const { comparedCurves, writeCurves } = await import("../../compare/compared_curves.ts");
      const curves = comparedCurves(comparison, runs, terms);
      const files = await writeCurves(curves, charts);
      const lines = [`${dim("charts")}  ${files.join("  ")}`, ...curves.notes.map(dim)];
      lines.forEach(format === "table" ? print : printError);
    }
    // Those that hold are printed only for people.
    for (const { text, holds, left, right } of assertions) {
      const values = `${text} (${left ?? "no value"} and ${right ?? "no value"})`;
      if (!holds) printError(`${red("assertion failed:")} ${values}`);
      else if (format === "table") print(`${green("holds:")} ${values}`);
    }
    const isComplete = !unfinished.some(({ named }) => named);
    return isComplete && assertions.every(({ holds }) => holds) ? 0 : FAILED;
  },
});
