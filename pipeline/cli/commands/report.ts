/** `report`: several runs on one page. */
import { join } from "node:path";
import { compareRuns } from "../../compare/compare_runs.ts";
import { findRuns } from "../../compare/find_runs.ts";
import type { FoundRun } from "../../compare/stored_runs.ts";
import type { Pipeline } from "../../define/define_pipeline.ts";
import { ResultsError } from "../../engine/run_errors.ts";
import { defineCommand } from "../command.ts";
import { comparisonTerms } from "../comparison_text.ts";
import { optional } from "../option.ts";
import { data, results } from "../shared_options.ts";
import { print, printWarnings } from "../terminal.ts";
import { RUN_TERMS } from "./compare.ts";

export const command = defineCommand({
  name: "report",
  about: "Put several runs on one HTML page, which works offline",
  args: "RUN…",
  terms: RUN_TERMS,
  example: "linear-sgd two-layer",
  options: {
    out: optional("FILE", "where the page goes (default: comparison.html beside the results)"),
    results,
    data,
  },
  details: "The page of a single run is report.html in its folder; --out copies it.",
  may: { read: true, write: ["."], more: true },
  common: true,
  async run({ pipeline, args, options: { out, results, data } }) {
    const loaded = await pipeline();
    const { runs, warnings } = findRuns(args, { pipeline: loaded, results, data });
    printWarnings(warnings);
    const { writeWhole } = await import("../../results/whole_file.ts");
    if (runs.length === 1) {
      const path = join(runs[0].folder, "report.html");
      const bytes = readPage(path, runs[0]);
      if (out !== undefined) writeWhole(out, bytes, "the page");
      print(out ?? path);
    } else {
      const path = out ?? join(results, "comparison.html");
      writeWhole(path, await comparisonPage(loaded, runs), "the page");
      print(`${path}  ${runs.length} runs`);
    }
    return 0;
  },
});

async function comparisonPage(pipeline: Pipeline, runs: readonly FoundRun[]): Promise<Uint8Array> {
  const { comparisonReport } = await import("../../compare/comparison_report.ts");
  const { comparisonFile } = await import("../../pages/comparison_page.ts");
  const terms = await comparisonTerms(pipeline);
  return comparisonFile(comparisonReport(compareRuns(runs, terms), runs, terms));
}

/** Reads the page of a single run, which the run itself has written. */
function readPage(path: string, { name }: FoundRun): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new ResultsError(`${name} has no page: ${path} cannot be read. Run the experiment again to write it.`);
  }
}
