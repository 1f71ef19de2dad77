/** `report`: several runs on one page. */
import { join } from "node:path";
import { compareRuns } from "../../compare/compare_runs.ts";
import { pathsToWrite } from "../../results/whole_file.ts";
import { ResultsError } from "../../engine/run_errors.ts";
import { MAX_SHOWN_BYTES, readFile, unreadableBecause } from "../../results/folder.ts";
import { defineCommand } from "../command.ts";
import { comparisonTerms } from "../comparison_text.ts";
import { optional } from "../option.ts";
import { cache, data, results, RUN_TERMS } from "../shared_options.ts";
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
    cache,
    data,
  },
  details: "The page of a single run is report.html in its folder; --out copies it.",
  common: true,
  runs: ({ args, options: { results } }) => ({ results, names: args }),
  may: ({ options: { out, results } }) => ({
    read: true,
    write: pathsToWrite(out ?? join(results, "comparison.html")),
  }),
  async run({ pipeline, args, options: { out, results, cache, data } }) {
    // Not before it is needed: the front loads this file, and may have to install the packages of that one first.
    const { findRuns } = await import("../../compare/find_runs.ts");
    const { runs, unfinished, warnings } = findRuns(args, { pipeline, results, cache, data });
    printWarnings(warnings);
    const { editedFiles } = await import("../../results/written_files.ts");
    const { checkReplaceable, writeWhole } = await import("../../results/whole_file.ts");
    if (out !== undefined) checkReplaceable(out, ".html");
    if (runs.length === 1 && unfinished.length === 0) {
      const [{ folder, name, written }] = runs;
      const page = readPage(folder, name);
      printWarnings(editedFiles(folder, { "report.html": page.bytes }, written).map((text) => `${text}.`));
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
  const bytes = readFile(folder, "report.html", MAX_SHOWN_BYTES);
  if (bytes !== null) return { path, bytes };
  const problem = unreadableBecause(folder, "report.html", MAX_SHOWN_BYTES);
  throw new ResultsError(`${name} has no page: ${path} ${problem}. Run the experiment again to write it.`);
}
