/** `report`: several runs on one page. */
import { join } from "node:path";
import { compareRuns } from "../../compare/compare_runs.ts";
import { findRuns } from "../../compare/find_runs.ts";
import { pathsToWrite } from "../../results/whole_file.ts";
import { ResultsError } from "../../engine/run_errors.ts";
import { readFile } from "../../results/folder.ts";
import { defineCommand } from "../command.ts";
import { comparisonTerms } from "../comparison_text.ts";
import { optional } from "../option.ts";
import { data, results, RUN_TERMS } from "../shared_options.ts";
import { print, printWarnings } from "../terminal.ts";

export const command = defineCommand({
  name: "report",
  about: "Put several runs on one HTML page, which works offline",
  args: "RUN…",
  terms: RUN_TERMS,
  example: "linear-sgd two-layer",
  options: {
    out: optional("FILE", "where the page is written (default: comparison.html in the folder with the results)"),
    results,
    data,
  },
  details: "The page of a single run is report.html in its folder; --out copies it.",
  common: true,
  may: ({ options: { out, results } }) => ({
    read: true,
    write: pathsToWrite(out ?? join(results, "comparison.html")),
  }),
  async run({ pipeline, args, options: { out, results, data } }) {
    const { runs, unfinished, warnings } = findRuns(args, { pipeline, results, data });
    printWarnings(warnings);
    const { writeWhole } = await import("../../results/whole_file.ts");
    if (runs.length === 1 && unfinished.length === 0) {
      const page = readPage(runs[0].folder, runs[0].name);
      if (out !== undefined) writeWhole(out, page.bytes, "the page");
      print(out ?? page.path);
      return 0;
    }
    const { comparisonReport } = await import("../../compare/comparison_report.ts");
    const { comparisonFile } = await import("../../pages/comparison_page.ts");
    const terms = await comparisonTerms(pipeline);
    const path = out ?? join(results, "comparison.html");
    writeWhole(path, comparisonFile(comparisonReport(compareRuns(runs, terms), runs, terms, unfinished)), "the page");
    print(`${path}  ${runs.length} runs`);
    return 0;
  },
});

/** Reads the page of a single run, which the run itself has written. */
function readPage(folder: string, name: string): { path: string; bytes: Uint8Array } {
  const path = join(folder, "report.html");
  const bytes = readFile(folder, "report.html");
  if (bytes !== null) return { path, bytes };
  throw new ResultsError(`${name} has no page: ${path} cannot be read. Run the experiment again to write it.`);
}
