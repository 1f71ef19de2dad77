/** `report`: runs on one page. */
import { dirname, join } from "node:path";
import { ResultsError, UsageError } from "../../engine/run_errors.ts";
import { compareRuns } from "../../compare/compare_runs.ts";
import { findRuns, type FoundRun } from "../../compare/find_runs.ts";
import { readOptions } from "../options.ts";
import { complain, print, yellow } from "../terminal.ts";

const HELP = `Put finished runs on one page that opens in a browser, without a network.

  deno task report RUN|CONFIG|GLOB… [options]

  RUN             a run's name or its folder; CONFIG and GLOB as in compare
  --out FILE      where the page goes (default: comparison.html beside the results)
  --results DIR   where the results are (default: results)

The page of a single run is report.html in its folder; with --out it is copied.`;

/** The command. */
export async function report(args: string[]): Promise<number> {
  const { values, switches, rest } = readOptions(args, { command: "report", values: ["out", "results"] });
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  if (rest.length === 0) {
    throw new UsageError("report takes runs, as in deno task report linear-sgd two-layer.");
  }
  const results = values.results ?? "results";
  const { runs, warnings } = await findRuns(rest, results);
  warnings.forEach((warning) => complain(`${yellow("warning:")} ${warning}`));
  if (runs.length === 1) return onePage(runs[0], values.out);
  const { comparisonPage } = await import("../../compare/comparison_data.ts");
  const out = values.out ?? join(results, "comparison.html");
  write(out, comparisonPage(compareRuns(runs), runs));
  print(`${out}  ${runs.length} runs`);
  return 0;
}

/** A run's own page is there already. */
function onePage({ name, folder }: FoundRun, out: string | undefined): number {
  const path = join(folder, "report.html");
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new ResultsError(
      `There is no page of ${name}: ${path} cannot be read. Run the experiment again to have it written.`,
    );
  }
  if (out !== undefined) write(out, bytes);
  print(out ?? path);
  return 0;
}

/** Writes the page whole or not at all. */
function write(path: string, bytes: Uint8Array): void {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeFileSync(`${path}.new`, bytes);
    Deno.renameSync(`${path}.new`, path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new ResultsError(`Cannot write the page to ${path}: ${(error as Error).message}.`);
  }
}
