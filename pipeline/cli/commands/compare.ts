/** `compare`: finished runs side by side. */
import { type Assertion, checkAssertion } from "../../compare/assertion.ts";
import { compareRuns } from "../../compare/compare_runs.ts";
import { hasRunJson } from "../../results/written_files.ts";
import { repeatedRuns } from "../../compare/groups.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { defineCommand } from "../command.ts";
import { comparisonCsv, comparisonJson, comparisonMarkdown } from "../comparison_formats.ts";
import { comparisonTerms, comparisonText, testedFigures } from "../comparison_text.ts";
import { FAILED } from "../failure.ts";
import { flag, oneOf, optional, repeatable } from "../option.ts";
import { DRAWING } from "../permissions.ts";
import { cache, data, json, results, RUN_TERMS } from "../shared_options.ts";
import { dim, green, print, printError, printWarnings, red } from "../terminal.ts";

const FORMATS = {
  table: comparisonText,
  csv: comparisonCsv,
  md: comparisonMarkdown,
  json: comparisonJson,
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
    cache,
    data,
  },
  details:
    "Runs of one experiment that differ only in their seeds are one row: mean ± half of the 95 % confidence interval " +
    "(Student's t). Experiments are tested over the seeds that both have (paired t test). In conditions, a figure is the mean " +
    "over the seeds, and the operators are >, >=, <, <=, == and !=. The end of a param's path is enough: lr. A list " +
    'equals each of its entries: model==softmax. A name that contains an operator goes in "quotes".',
  exitCodes: { 1: "an assertion does not hold, or a run is missing; none holds on results that were edited" },
  common: true,
  runs: ({ args, options: { results } }) => ({ results, names: args }),
  may: ({ options: { charts } }) => charts === undefined ? { read: true } : { ...DRAWING, read: true, write: [charts] },
  async run({ pipeline, args, options }) {
    const { charts, results, cache, data, sort, baseline, filter: filters } = options;
    const format = options.format ?? (options.json ? "json" : "table");
    if (options.json && format !== "json") throw new UsageError(`--json and --format ${format} exclude each other.`);
    const terms = await comparisonTerms(pipeline);
    // Not before it is needed: the front loads this file, and may have to install the packages of that one first.
    const { findRuns } = await import("../../compare/find_runs.ts");
    const { runs, unfinished, warnings } = findRuns(args, { pipeline, results, cache, data });
    printWarnings(warnings);
    const metrics = options.metric.length > 0 ? options.metric : undefined;
    const comparison = compareRuns(runs, terms, { metrics, sort, baseline, filters });
    printWarnings(repeatedRuns(comparison.rows));
    // All are checked before anything is printed: a mistake in the last one is a usage error as well.
    const compared = runs.filter(({ name }) => comparison.rows.some(({ run }) => run === name));
    const edited = compared.flatMap((run) => run.edited);
    const unknown = compared.filter(({ folder }) => !hasRunJson(folder))
      .map(({ folder }) => `${folder} has no run.json, so it is not known whether it was edited since`);
    const doubts = [...edited, ...unknown];
    const assertions = options.assert.map((text) => withoutDoubts(checkAssertion(text, comparison), doubts));
    // What it would be selected by is not known of a run without results.
    const left = filters.length > 0 ? [] : unfinished;
    const shown = { each: options.each || undefined, tested: metrics ?? testedFigures(comparison), unfinished: left };
    print(FORMATS[format](comparison, shown, { edited, assertions }));
    if (charts !== undefined) {
      const { comparedCurves, writeCurves } = await import("../../compare/compared_curves.ts");
      const curves = comparedCurves(comparison, runs, terms);
      const files = await writeCurves(curves, charts);
      const lines = [`${dim("charts")}  ${files.join("  ")}`, ...curves.notes.map(dim)];
      lines.forEach(format === "table" ? print : printError);
    }
    // Those that hold are printed only for people.
    for (const { text, holds, left, right, reason } of assertions) {
      const doubted = doubts.map((doubt) => `; ${doubt}`).join("");
      const values = `${text} (${reason ?? `${left} and ${right}`}${doubted})`;
      if (!holds) printError(`${red("assertion failed:")} ${values}`);
      else if (format === "table") print(`${green("holds:")} ${values}`);
    }
    const isComplete = !unfinished.some(({ named }) => named);
    return isComplete && assertions.every(({ holds }) => holds) ? 0 : FAILED;
  },
});

/** An assertion does not hold on results that were edited, or may have been. */
function withoutDoubts(assertion: Assertion, doubts: readonly string[]): Assertion {
  return doubts.length === 0 ? assertion : { ...assertion, holds: false };
}
